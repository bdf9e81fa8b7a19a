import pytest

from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import ProjectFileError
from tests.environments.conftest import write


def test_python_env_is_read_with_its_requirements_file(tmp_path):
    write(
        tmp_path,
        python_env__yaml="python: 3.10\nbuild_dependencies:\n  - pip==23.0\n"
        "dependencies:\n  - -r requirements.txt\n  - six\n",
        requirements__txt="numpy>=1.20  # the array\n\nscipy[extra]==1.* ; python_version > '3'\n",
    )
    spec = read_spec(tmp_path)
    assert (spec.kind, spec.python) == ("python", "3.10")
    assert spec.requirements == (
        "pip==23.0", "numpy>=1.20", "scipy[extra]==1.* ; python_version > '3'", "six", "setuptools<82", "wheel",
    )  # fmt: skip
    assert spec.places[:4] == ("python_env.yaml:3", "requirements.txt:1", "requirements.txt:3", "python_env.yaml:6")


def test_the_implicit_files_have_an_order(tmp_path):
    assert read_spec(tmp_path).kind == "none"
    write(tmp_path, pyproject__toml='[project]\nname = "p"\ndependencies = ["six"]\nrequires-python = ">=3.9"\n')
    assert read_spec(tmp_path).kind == "pyproject"
    assert read_spec(tmp_path).python == ">=3.9"
    write(tmp_path, requirements__txt="six\n")
    assert read_spec(tmp_path).kind == "requirements"
    write(tmp_path, conda__yaml="dependencies: [six]\n")
    assert read_spec(tmp_path).kind == "conda"
    write(tmp_path, python_env__yaml="")
    assert read_spec(tmp_path).kind == "python"
    assert read_spec(tmp_path, conda_env="conda.yaml").kind == "conda"


def test_a_pyproject_that_only_configures_tools_asks_for_nothing(tmp_path):
    write(tmp_path, pyproject__toml="[tool.ruff]\nline-length = 100\n")
    assert read_spec(tmp_path).kind == "none"


def test_dynamic_dependencies_are_left_to_the_resolver(tmp_path):
    write(tmp_path, pyproject__toml='[project]\nname = "p"\ndynamic = ["dependencies"]\n')
    assert read_spec(tmp_path).whole_file


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(ProjectFileError, match=r"env/conda\.yaml: no such file"):
        read_spec(tmp_path, conda_env="env/conda.yaml")


def places(error):
    return [(one.path, one.line, one.column) for one in error.value.diagnostics]


def test_every_mistake_is_listed_with_its_place(tmp_path):
    write(tmp_path, requirements__txt="six\n  not a requirement\n-r gone.txt\n--frobnicate\n-e ./gone\nnumpy>>1\n")
    with pytest.raises(ProjectFileError, match=r"^requirements\.txt:2: .*\(and 4 more\)") as error:
        read_spec(tmp_path)
    assert places(error) == [("requirements.txt", line, 3 if line == 2 else 1) for line in (2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("python: three\n", "not a Python version", 1),
        ("dependencys: [six]\n", "unknown key 'dependencys'", 1),
        ("dependencies: six\n", "must be a list", 1),
        ("dependencies:\n  - six\n  - {a: b}\n", "a requirement was expected", 3),
        ("python: 3.9\npython: 3.10\n", "stands twice", 2),
        ("- six\n", "a mapping was expected", 1),
        ("python: 'x\n", "not valid YAML", 2),
    ],
)
def test_mistakes_in_python_env(tmp_path, text, message, line):
    write(tmp_path, python_env__yaml=text)
    with pytest.raises(ProjectFileError, match=message) as error:
        read_spec(tmp_path)
    assert error.value.diagnostics[0].line == line


def test_an_unknown_key_has_the_nearest_spelling(tmp_path):
    write(tmp_path, python_env__yaml="dependencys: [six]\n")
    with pytest.raises(ProjectFileError) as error:
        read_spec(tmp_path)
    assert error.value.diagnostics[0].suggestion == "dependencies"


def test_mistakes_in_pyproject(tmp_path):
    write(tmp_path, pyproject__toml='[project]\nname = "p"\ndependencies = [\n  "six",\n  "not one",\n]\n')
    with pytest.raises(ProjectFileError) as error:
        read_spec(tmp_path)
    assert places(error) == [("pyproject.toml", 5, 4)]
    write(tmp_path, pyproject__toml="[project\n")
    with pytest.raises(ProjectFileError, match="not valid TOML"):
        read_spec(tmp_path)


@pytest.mark.parametrize(
    ("written", "python"),
    [
        ("^3.10", ">=3.10,<4"),
        ("^3.8.1", ">=3.8.1,<4"),
        ("~3.10", "~=3.10.0"),
        (">=3.9, <3.12", ">=3.9,<3.12"),
        ("3.10.*", "3.10.*"),
        ("*", None),
        ("^3.8 || ^3.9", None),
    ],
)
def test_a_project_of_poetry_is_left_to_its_backend(tmp_path, written, python):
    text = f'[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "{written}"\nsix = "^1.16"\n'
    spec = read_spec(write(tmp_path, pyproject__toml=text))
    assert (spec.kind, spec.python, spec.requirements, spec.whole_file) == ("pyproject", python, ("pip",), True)


@pytest.mark.parametrize("text", ["[tool.poetry]\nname = 'x'\n", "[tool.ruff]\nline-length = 120\n"])
def test_a_pyproject_that_asks_for_nothing_counts_as_absent(tmp_path, text):
    assert read_spec(write(tmp_path, pyproject__toml=text)).kind == "none"


@pytest.mark.parametrize(
    ("name", "what"), [("environment.yml", "conda_env: environment.yml"), ("Pipfile", "pipenv"), ("setup.py", "line .")]
)
def test_a_file_that_is_not_read_is_named(tmp_path, name, what):
    (tmp_path / name).write_text("")
    spec = read_spec(tmp_path)
    assert spec.kind == "none"
    assert what in spec.notes[0]


def test_what_powershell_writes_is_read(tmp_path):
    (tmp_path / "requirements.txt").write_bytes("six==1.16.0\r\nclick\r\n".encode("utf-16"))
    assert read_spec(tmp_path).requirements == ("six==1.16.0", "click", "pip")
