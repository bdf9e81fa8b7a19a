from __future__ import annotations

from pathlib import Path

import pytest

from mlplat import location
from mlplat_cli.errors import InvalidInputError, NotSupportedError, StoreError
from mlplat_cli.settings.address import ensure_home, find_store


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MLPLAT_TRACKING_URI", "MLFLOW_TRACKING_URI", "MLPLAT_LOCAL_STORE", "MLPLAT_JOURNAL_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def test_a_store_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    (tmp_path / ".mlplat").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_store(start=below).home == tmp_path / ".mlplat"


def test_a_store_where_anybody_could_have_put_it_is_used_from_there_alone(tmp_path: Path) -> None:
    open_to_all = tmp_path / "tmp"
    (open_to_all / ".mlplat").mkdir(parents=True)
    (open_to_all / "mine").mkdir()
    open_to_all.chmod(0o1777)
    assert find_store(start=open_to_all / "mine").home == open_to_all / "mine" / ".mlplat"
    assert find_store(start=open_to_all).home == open_to_all / ".mlplat"


def test_where_there_is_none_it_will_be_in_the_current_folder(tmp_path: Path) -> None:
    address = find_store()
    assert address.home == tmp_path / ".mlplat"
    assert not address.home.exists()


def test_a_flag_wins_over_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_URI", str(tmp_path / "variable"))
    assert find_store().home == tmp_path / "variable"
    assert find_store(str(tmp_path / "flag")).home == tmp_path / "flag"


def test_a_database_file_may_be_named_and_keep_odd_characters(tmp_path: Path) -> None:
    address = find_store(f"sqlite:///{tmp_path}/my%20runs.db")
    assert address.home == tmp_path
    assert address.database == f"sqlite:///{tmp_path}/my%20runs.db"


def test_a_project_folder_means_the_store_in_it(tmp_path: Path) -> None:
    (tmp_path / "project" / ".mlplat").mkdir(parents=True)
    assert find_store(str(tmp_path / "project")).home == tmp_path / "project" / ".mlplat"


def test_a_kind_of_store_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(NotSupportedError, match="databricks"):
        find_store("databricks://profile")


def test_a_server_has_its_address_and_a_spool_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_SPOOL_DIR", str(tmp_path / "spool"))
    address = find_store("https://host/prefix/")
    assert (address.uri, address.is_remote, address.is_there) == ("https://host/prefix", True, True)
    assert address.home.parent == tmp_path / "spool"
    assert not address.home.exists()
    ensure_home(address)
    assert (address.home / "address").read_text() == "https://host/prefix\n"
    with pytest.raises(InvalidInputError, match="MLPLAT_TRACKING_TOKEN") as caught:
        find_store("https://me:secret@host")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('tracking_uri = "runs"', "project/runs"),
        ("experiment_name = 'x'\ntracking_uri = 'runs' # all of them", "project/runs"),
        ('tracking_uri = "sqlite:///data/x%20y.db"', "project/data"),
        ('tracking_uri = "../a\\u0062c"', "abc"),
    ],
)
def test_library_and_tool_read_the_same_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    below = tmp_path / "project" / "below"
    below.mkdir(parents=True)
    (tmp_path / "project" / "mlplat.toml").write_text(text + "\n")
    monkeypatch.chdir(below)
    monkeypatch.setattr(location, "_configured", [])
    assert find_store().home.resolve() == (tmp_path / expected).resolve()
    assert Path(location.journals_folder()).parent.resolve() == (tmp_path / expected).resolve()


def test_mlflows_variable_counts_unless_it_names_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mlplat.toml").write_text('tracking_uri = "runs"\n')
    monkeypatch.setattr(location, "_configured", [])
    for uri, expected in (("http://host", "runs"), (str(tmp_path / "twin"), "twin")):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        assert find_store().home == Path(location.journals_folder()).parent == tmp_path / expected


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2", "mysql+pymysql", "mariadb"])
def test_with_a_database_of_a_server_the_rest_lies_in_the_nearest_folder(tmp_path: Path, scheme: str) -> None:
    (tmp_path / ".mlplat").mkdir()
    (tmp_path / "below").mkdir()
    address = find_store(f"{scheme}://me:secret@host/db", start=tmp_path / "below")
    assert address.home == tmp_path / ".mlplat"
    assert address.database == f"{scheme}://me:secret@host/db"
    assert address.is_shared
    assert find_store(address.uri, start=Path("/")) == address


def test_the_folder_beside_a_database_may_be_named(tmp_path: Path) -> None:
    address = find_store(f"mysql://host/db#{tmp_path}/a%20b")
    assert address.home == tmp_path / "a b"
    assert address.database == "mysql://host/db"


def test_an_address_without_a_file_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="names no file"):
        find_store("sqlite:///")


def test_the_store_folder_is_hidden_from_git(tmp_path: Path) -> None:
    address = find_store()
    ensure_home(address)
    assert (tmp_path / ".mlplat" / ".gitignore").read_text() == "*\n"
    assert address.journals.is_dir()


def test_a_command_inside_a_run_uses_the_store_of_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPLAT_TRACKING_URI", "http://127.0.0.1:1234")
    monkeypatch.setenv("MLPLAT_LOCAL_STORE", f"sqlite:///{tmp_path}/.mlplat/mlplat.db")
    assert find_store().home == tmp_path / ".mlplat"


def test_a_store_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot make the store .*file"):
        ensure_home(find_store(f"{tmp_path}/file/store"))
