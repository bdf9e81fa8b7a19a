import os
from datetime import UTC, datetime, timedelta

import pytest

from mlplat_cli.environments import folder
from mlplat_cli.environments.build import in_use, prepare
from mlplat_cli.environments.catalog import list_environments, prune, show_environment
from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import InvalidInputError, NotFoundError
from tests.environments.conftest import make_wheel, write


@pytest.fixture
def environments(tmp_path, links, steps):
    """Two environments, the first of which was last used ten days ago."""
    built = []
    for name in ("app", "dep"):
        make_wheel(links, name, "1.0")
        project = write(tmp_path / name, requirements__txt=f"{name}\n")
        built.append(prepare(read_spec(project), manager="uv", project_dir=project, progress=steps))
    then = datetime.now(UTC).timestamp() - 10 * 86400
    os.utime(built[0].path / folder.MARKER, (then, then))
    return built


def test_environments_are_listed_last_used_first(environments):
    old, new = environments
    records = list_environments()
    assert [record.name for record in records] == [new.name, old.name]
    record = records[1]
    assert (record.kind, record.packages, record.manager, record.in_use) == ("requirements", 2, "uv", False)
    assert timedelta(days=9) < datetime.now(UTC) - record.last_used < timedelta(days=11)
    assert 0 < record.own_size < record.size
    assert "[[packages]]" in record.lock


def test_an_environment_is_found_by_the_beginning_of_its_name(environments):
    assert show_environment(environments[0].name[:8]).name == environments[0].name
    assert show_environment(environments[0].name).path == environments[0].path
    with pytest.raises(NotFoundError):
        show_environment("zz")
    with pytest.raises(InvalidInputError, match="several"):
        show_environment("")


def test_only_old_ones_are_removed(environments):
    old, new = environments
    assert [one.name for one in prune(older_than=timedelta(days=5), dry_run=True)] == [old.name]
    assert old.path.exists()
    assert [one.name for one in prune(older_than=timedelta(days=5))] == [old.name]
    assert not old.path.exists()
    assert new.path.exists()


def test_named_ones_are_removed_and_one_in_use_never(environments):
    old, new = environments
    with in_use(new):
        assert show_environment(new.name).in_use
        assert prune(names=[new.name]) == []
        assert [one.name for one in prune(everything=True)] == [old.name]
    assert [one.name for one in prune(names=[new.name[:10]])] == [new.name]
    assert list_environments() == []
    assert list(folder.environments_folder().iterdir()) == []


def test_something_must_say_which(environments):
    with pytest.raises(InvalidInputError, match="which"):
        prune()
    with pytest.raises(NotFoundError):
        prune(names=["nothing"])


def test_what_an_interrupted_build_left_is_removed_too(environments):
    half = folder.environments_folder() / "half"
    half.mkdir()
    prune(older_than=timedelta(days=1000))
    assert not half.exists()


def test_nothing_was_ever_built():
    assert list_environments() == []
    assert prune(everything=True) == []
