"""What a model needs installed, read from this process; and the files that say so."""

from __future__ import annotations

import warnings
from importlib import metadata
from pathlib import Path

import pytest
import sqlalchemy
import yaml

import mlplat
from mlplat.exceptions import MlplatException
from mlplat.models.installed import providing
from mlplat.models.requirements import infer_pip_requirements, locked, not_named
from tests.models.conftest import BAG, Bags


def pinned(name: str) -> str:
    return f"{metadata.metadata(name)['Name']}=={metadata.version(name)}"


def lines(folder: Path, name: str) -> list[str]:
    return (folder / name).read_text(encoding="utf-8").splitlines()


def uses_yaml(text: str) -> object:
    return yaml.safe_load(text)


def imports_inside(text: str) -> object:
    import jsonschema

    return jsonschema.validate(text, {})


class Holder:
    def __init__(self, inner: object) -> None:
        self.inner = inner


def test_the_modules_of_what_a_model_consists_of() -> None:
    found = infer_pip_requirements({"deep": [Holder({"a": sqlalchemy.Integer()})], "function": uses_yaml})
    assert pinned("sqlalchemy") in found
    assert pinned("pyyaml") in found
    assert pinned("pytest") not in found
    assert found == sorted(found, key=str.lower)


def test_an_import_inside_a_function_is_seen() -> None:
    import jsonschema  # noqa: F401 - as one call of the function would have imported it

    assert pinned("jsonschema") in infer_pip_requirements(Holder(imports_inside))


@pytest.mark.parametrize(
    ("module", "name"),
    [("yaml", "pyyaml"), ("git", "gitpython"), ("sqlalchemy.orm", "sqlalchemy"), ("_pytest", "pytest")],
)
def test_import_names_that_are_no_distributions(module: str, name: str) -> None:
    found = providing(module)
    assert found is not None
    assert (found.name.lower(), found.version) == (name, metadata.version(name))


@pytest.mark.parametrize("module", ["os", "json.decoder", "tests", "no_such_module"])
def test_what_no_distribution_brings(module: str) -> None:
    assert providing(module) is None


def test_the_lock_has_all_that_is_needed() -> None:
    found = locked(["alembic>=1", "# no line", "-c other.txt", "not-installed-anywhere", "sqlalchemy[asyncio]"])
    assert {pinned("alembic"), pinned("sqlalchemy"), pinned("mako"), pinned("markupsafe")} <= set(found)
    assert not any("not-installed" in each for each in found)


def test_the_files_of_an_environment(bags: Bags, tmp_path: Path) -> None:
    bags.save({"a": Path()}, tmp_path / "plain")
    bags.save({}, tmp_path / "extra", extra_pip_requirements=["sqlalchemy", "mine @ https://example.org/mine.whl"])
    (tmp_path / "inner.txt").write_text("alembic  # why\n\n-c limits.txt\n")
    (tmp_path / "limits.txt").write_text("mako<99\n")
    (tmp_path / "given.txt").write_text("-r inner.txt\nrich \\\n  >=1\n")
    bags.save({}, tmp_path / "given", pip_requirements=str(tmp_path / "given.txt"))
    assert lines(tmp_path / "plain", "requirements.txt") == []
    assert lines(tmp_path / "extra", "requirements.txt") == ["sqlalchemy", "mine @ https://example.org/mine.whl"]
    assert pinned("sqlalchemy") in lines(tmp_path / "extra", "requirements.lock")
    given = tmp_path / "given"
    assert lines(given, "requirements.txt") == ["alembic", "rich   >=1", "-c constraints.txt"]
    assert lines(given, "constraints.txt") == ["mako<99"]
    conda = yaml.safe_load((given / "conda.yaml").read_text())
    assert conda["dependencies"][2]["pip"] == lines(given, "requirements.txt")
    assert yaml.safe_load((given / "python_env.yaml").read_text())["dependencies"] == ["-r requirements.txt"]


def test_a_list_of_requirements_need_not_name_what_the_file_is_written_by() -> None:
    assert not_named(["numpy>=1", "-c limits.txt"], ["sqlalchemy"]) == [pinned("sqlalchemy")]
    assert not_named(["SQLAlchemy[asyncio]>=1"], ["sqlalchemy"]) == []


def test_a_conda_environment_is_kept_as_it_was_given(bags: Bags, tmp_path: Path) -> None:
    given = {"name": "x", "channels": ["a"], "dependencies": ["python=3.9.1", "gdal", "pip", {"pip": ["rich==14.0"]}]}
    bags.save({}, tmp_path / "dict", conda_env=given)
    (tmp_path / "env.yaml").write_text(yaml.safe_dump(given))
    bags.save({}, tmp_path / "file", conda_env=str(tmp_path / "env.yaml"))
    for folder in (tmp_path / "dict", tmp_path / "file"):
        assert yaml.safe_load((folder / "conda.yaml").read_text()) == given
        assert lines(folder, "requirements.txt") == ["rich==14.0"]
        assert yaml.safe_load((folder / "python_env.yaml").read_text())["python"] == "3.9.1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pip_requirements": "none.txt"}, "cannot read the requirements file none.txt"),
        ({"pip_requirements": ["-r none.txt"]}, "cannot read the requirements file"),
        ({"conda_env": "none.yaml"}, "cannot read the conda environment none.yaml"),
        ({"conda_env": {"name": "x"}}, "'dependencies'"),
        ({"code_paths": ["none.py"]}, "no file or folder none.py"),
        ({"code_paths": "module.py"}, "a list of paths"),
        ({"input_example": object()}, "an input example is"),
        ({"signature": {"inputs": []}}, "infer_signature"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_left(bags: Bags, tmp_path: Path, given: dict, said: str) -> None:
    with pytest.raises(MlplatException, match=said):
        bags.save({}, tmp_path / "model", **given)
    assert not (tmp_path / "model").exists()
    with pytest.raises(TypeError, match="unexpected keyword argument 'singature'"):
        bags.save({}, tmp_path / "model", singature=None)


def test_a_folder_that_is_there_is_not_touched(bags: Bags, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(MlplatException, match="is there already"):
        bags.save({}, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


def test_code_travels_and_is_run_only_when_it_is_trusted(bags: Bags, tmp_path: Path) -> None:
    (tmp_path / "helping.py").write_text("open('ran', 'w')")
    bags.save({"a": 1}, tmp_path / "model", plain=True, code_paths=[str(tmp_path / "helping.py")])
    assert (tmp_path / "model" / "code" / "helping.py").is_file()
    with pytest.raises(MlplatException, match="Python code of the model"):
        bags.load(tmp_path / "model")
    assert bags.load(tmp_path / "model", trust=True) == {"a": 1}
    assert not (tmp_path / "ran").exists()


def test_a_module_of_the_users_own_that_is_left_behind_is_told(bags: Bags, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the module tests.*code_paths"):
        bags.save({"a": Holder}, tmp_path / "model")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bags.save({"a": Holder}, tmp_path / "carried", code_paths=[str(Path(__file__).parent.parent)])
    assert (tmp_path / "carried" / "code" / "tests" / "models" / Path(__file__).name).is_file()


def test_the_library_itself_is_no_requirement() -> None:
    assert infer_pip_requirements([mlplat.MlplatClient, BAG]) == []
