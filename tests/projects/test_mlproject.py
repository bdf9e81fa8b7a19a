from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplat_cli.errors import Diagnostic, ProjectError, ProjectFileError
from mlplat_cli.projects.mlproject import load_project, read_project
from mlplat_cli.projects.project import DockerEnv, ParameterType


def write(root: Path, text: str, name: str = "MLproject") -> Path:
    (root / name).write_text(text)
    return root


def mistakes(root: Path, text: str) -> list[Diagnostic]:
    write(root, text)
    return list(read_project(root)[1])


def only(root: Path, text: str) -> Diagnostic:
    found = mistakes(root, text)
    assert len(found) == 1, found
    return found[0]


def test_every_shorthand_of_a_parameter(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
name: demo
entry_points:
  main:
    parameters:
      alpha: float
      bare:
      ratio: {type: float, default: 0.10}
      count: {type: int, default: 0}
      plain: {default: 3}
      flag: {default: true}
      data: {type: path, default: data/x.csv}
      place: uri
      nothing: {type: string, default: null}
      empty: {default: "", description: for readers}
      shape: {default: [64, 32]}
    command: "python train.py"
""",
    )
    project = load_project(tmp_path)
    parameters = project.entry_points["main"].parameters
    assert project.name == "demo"
    assert project.path == tmp_path / "MLproject"
    assert [(one.type.value, one.default) for one in parameters.values()] == [
        ("float", None),
        ("string", None),
        ("float", "0.1"),
        ("int", "0"),
        ("string", "3"),
        ("string", "True"),
        ("path", "data/x.csv"),
        ("uri", None),
        ("string", None),
        ("string", ""),
        ("string", "[64, 32]"),
    ]
    assert [name for name, one in parameters.items() if one.required] == ["alpha", "bare", "place", "nothing"]


@pytest.mark.parametrize("name", ["MLproject", "mlproject", "MLPROJECT", "MLProject"])
def test_the_file_is_found_whatever_its_case(tmp_path: Path, name: str) -> None:
    write(tmp_path, "name: x", name)
    assert load_project(tmp_path).name == "x"


def test_the_usual_spelling_wins_over_another(tmp_path: Path) -> None:
    write(tmp_path, "name: other", "MLPROJECT")
    write(tmp_path, "name: usual")
    assert load_project(tmp_path).name == "usual"


def test_a_folder_without_the_file_is_a_project_without_entry_points(tmp_path: Path) -> None:
    (tmp_path / "conda.yaml").write_text("dependencies: []")
    project = load_project(tmp_path)
    assert project.path is None
    assert dict(project.entry_points) == {}
    assert project.environment.conda_env == "conda.yaml"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "name:\nentry_points:\nconda_env:\n"])
def test_a_file_that_says_nothing_is_allowed(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert dict(load_project(tmp_path).entry_points) == {}


def test_the_implicit_python_env_comes_before_conda(tmp_path: Path) -> None:
    (tmp_path / "python_env.yaml").write_text("")
    (tmp_path / "conda.yaml").write_text("")
    write(tmp_path, "name: x")
    environment = load_project(tmp_path).environment
    assert (environment.python_env, environment.conda_env) == ("python_env.yaml", None)


def test_a_named_environment_is_kept_as_written(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/train.yaml").write_text("")
    (tmp_path / "python_env.yaml").write_text("")
    write(tmp_path, "conda_env: envs/train.yaml")
    environment = load_project(tmp_path).environment
    assert (environment.python_env, environment.conda_env) == (None, "envs/train.yaml")


def test_a_docker_environment(tmp_path: Path) -> None:
    write(
        tmp_path,
        'name: x\ndocker_env:\n  image: img:1\n  volumes: ["/a:/b"]\n  environment: [HOME, [A, "1"], [B, 2]]\n',
    )
    docker = load_project(tmp_path).environment.docker_env
    assert docker == DockerEnv("img:1", ("/a:/b",), ("HOME", ("A", "1"), ("B", "2")))


def test_merge_keys_and_anchors(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
entry_points:
  base: &base
    parameters: &shared {a: float, b: string}
    command: "run {a} {b}"
  other:
    <<: *base
    parameters:
      <<: *shared
      b: {type: int, default: 1}
""",
    )
    other = load_project(tmp_path).entry_points["other"]
    assert other.command == "run {a} {b}"
    assert other.parameters["b"].type is ParameterType.INT
    assert other.parameters["a"].type is ParameterType.FLOAT


def test_what_mlflow_ignores_is_a_warning_and_runs(tmp_path: Path) -> None:
    """Keys and types as they stand in published projects."""
    write(
        tmp_path,
        """
name: wild
kubernetes_env: {job_namespace: mlflow}
docker_env: {image: x, namespace: y, registry: }
entry_points:
  main:
    parameters:
      devices : {type: str, default: "auto"}
      strategy: {type str, default: "auto"}
      verbose: {type: bool, default: True}
      epochs: epochs
      seed: {type: float, default: None}
    command: "python train.py {devices} {strategy}"
""",
    )
    project, found = read_project(tmp_path)
    assert {one.severity for one in found} == {"warning"}
    assert [one.line for one in found] == [3, 4, 4, 8, 9, 10, 11, 12]
    parameters = project.entry_points["main"].parameters
    assert parameters["devices"].type is ParameterType.STRING
    assert (parameters["strategy"].default, parameters["seed"].default) == ("auto", "None")
    assert load_project(tmp_path) == project


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("entry_ponts:\n  main: {command: x}\n", (1, 1), "unknown key 'entry_ponts' in MLproject", "entry_points"),
        ("name: x\nEntry_points: {}\n", (2, 1), "unknown key 'Entry_points'", "entry_points"),
        ("entry_points:\n  main:\n    comand: x\n    command: y\n", (3, 5), "unknown key 'comand'", "command"),
        (
            "entry_points:\n  m:\n    command: x\n    parameters:\n      a: {tpe: float}\n",
            (5, 11), "unknown key 'tpe'", "type",
        ),
        ("entry_points:\n  m:\n    command: x\n    parameters: {a: flaot}\n",
         (4, 21), "unknown type 'flaot'", "float"),
        ("entry_points:\n  m:\n    command: python {alhpa}\n    parameters: {alpha: float}\n",
         (3, 21), "'{alhpa}' names no declared parameter", "alpha"),
        ("name: a\nname: b\n", (2, 1), "'name' is given twice; the first is in line 1", None),
        ("entry_points: [a]\n", (1, 15), "entry_points is a list", None),
        ("entry_points:\n  main: python x.py\n", (2, 9), "entry point 'main' is 'python x.py'", None),
        ("entry_points:\n  main: {parameters: {}}\n", (2, 3), "entry point 'main' has no command", None),
        ("entry_points:\n  main: {command: [a]}\n", (2, 19), "entry point 'main' has no command", None),
        ("entry_points:\n  m: {command: x, parameters: [a]}\n",
         (2, 31), "parameters of entry point 'm' is a list", None),
        ("entry_points:\n  m:\n    command: x\n    parameters: {a: 3}\n", (4, 21), "parameter 'a' is '3'", None),
        ("entry_points:\n  m:\n    command: x\n    parameters: {a: {type: float, default: abc}}\n",
         (4, 44), "the default 'abc' of parameter 'a' is no float", None),
        ("entry_points:\n  m:\n    command: x\n    parameters: {a: {type: int, default: 3a}}\n",
         (4, 42), "the default '3a' of parameter 'a' is no int", None),
        ("conda_env: conda.yml\n", (1, 12), "the file 'conda.yml' that conda_env names does not exist", None),
        ("python_env: .\n", (1, 13), "the file '.' that python_env names is a folder", None),
        ("python_env: [a]\n", (1, 13), "python_env is a list", None),
        ("name: x\ndocker_env: {}\n", (2, 13), "docker_env has no image", None),
        ("docker_env: {image: x}\n", (1, 13), "a project with docker_env has no name", None),
        ("name: x\ndocker_env: {image: x, volumes: a}\n", (2, 33), "volumes is 'a'", None),
        ("name: x\ndocker_env: {image: x, environment: [[A]]}\n", (2, 38), "this is no variable", None),
        ("entry_points:\n  m: {command: 'a {'}\n", (2, 19), "a '{' without its '}'", None),
        ("entry_points:\n  m: {command: 'a }'}\n", (2, 19), "a '}' without its '{'", None),
        ("entry_points:\n  m: {command: 'a {}'}\n", (2, 19), "'{}' does not name a parameter", None),
        ("entry_points:\n  m: {command: 'a {b.c}'}\n", (2, 19), "'{b.c}' does not name a parameter", None),
        ("entry_points:\n  m: {command: 'a {b!r}'}\n", (2, 19), "'{b!r}' does not name a parameter", None),
        ("entry_points:\n  m: {command: 'a {b[0]}'}\n", (2, 19), "'{b[0]}' does not name a parameter", None),
        ("entry_points:\n  m: {command: 'a {0}'}\n", (2, 19), "'{0}' does not name a parameter", None),
        ("entry_points:\n  m: {command: 'a ${b}', parameters: {b: }}\n", (2, 20), "a '$' stands before '{b}'", None),
        ("entry_points:\n  m: {command: 'a \\{b}', parameters: {b: }}\n", (2, 20), "a backslash stands before", None),
        ("a: [1,\n", (1, 7), "did not find expected node content (while parsing a flow node)", None),
        ("a: b: c\n", (1, 5), "mapping values are not allowed", None),
        ("a: 1\n---\nb: 1\n", (2, 1), "but found another document", None),
        ("- a\n", (1, 1), "MLproject is a list", None),
        ("just text\n", (1, 1), "MLproject is 'just text'", None),
        ("a: *x\n", (1, 4), "found undefined alias", None),
        ("name: 2024-13-45\n", (1, 7), "this value cannot be read", None),
    ],
)  # fmt: skip
def test_a_mistake_is_placed(
    tmp_path: Path, text: str, place: tuple[int, int], message: str, suggestion: str | None
) -> None:
    found = only(tmp_path, text)
    assert found.message.startswith(message) or message in found.message
    assert ((found.line, found.column), found.suggestion, found.severity) == (place, suggestion, "error")
    assert found.source_line == text.splitlines()[place[0] - 1]


def test_all_mistakes_are_found_in_one_pass(tmp_path: Path) -> None:
    text = """
nme: x
conda_env: nowhere.yaml
python_env: nowhere_else.yaml
entry_points:
  main:
    parameters: {a: {type: float, default: x}}
    command: "run {b} }"
  second: 3
"""
    with pytest.raises(ProjectFileError) as raised:
        load_project(write(tmp_path, text))
    assert [one.line for one in raised.value.diagnostics] == [2, 3, 4, 4, 7, 8, 8, 9]
    assert "(and 7 more)" in raised.value.message


def test_a_command_over_several_lines_is_placed_at_its_own_line(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        """entry_points:
  main:
    parameters: {a: float, b: float}
    command: |
      python one.py {a} &&
      python two.py {a} {bb} &&
      python three.py {b}
""",
    )
    assert (found.line, found.column, found.length) == (6, 25, 4)


def test_a_variable_of_the_shell_is_explained(tmp_path: Path) -> None:
    found = only(tmp_path, "entry_points:\n  main: {command: 'echo ${HOME}'}\n")
    assert found.expected == "'${{HOME}}' for a variable of the shell"


def test_a_number_that_is_no_int_is_only_a_warning(tmp_path: Path) -> None:
    text = "entry_points:\n  m:\n    command: x {a}\n    parameters: {a: {type: int, default: 1e3}}\n"
    found = only(tmp_path, text)
    assert (found.message, found.severity) == ("the default '1e3' of parameter 'a' is no int", "warning")


def test_the_nearest_file_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "conda.yaml").write_text("")
    assert only(tmp_path, "conda_env: conda.yml\n").suggestion == "conda.yaml"


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "MLproject").write_bytes(b"name: x\nfoo: \xff\n")
    with pytest.raises(ProjectFileError) as raised:
        load_project(tmp_path)
    assert raised.value.diagnostics[0].line == 2


def test_aliases_of_aliases_do_not_blow_up(tmp_path: Path) -> None:
    levels = "\n".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    text = f"databricks_spark_job:\n  l0: &l0 [x]\n{levels}\n"
    text += "entry_points:\n  main:\n    command: x\n    parameters: {a: {default: *l11}}\n"
    assert "more than 1000 parts" in only(tmp_path, text).message


def test_a_mapping_that_merges_itself(tmp_path: Path) -> None:
    write(tmp_path, "entry_points: &a\n  main: {command: x}\n  <<: *a\n")
    with pytest.raises(ProjectFileError):
        load_project(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no folder"):
        load_project(tmp_path / "nowhere")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.getbasetemp() / "any"
    root.mkdir(exist_ok=True)
    (root / "MLproject").write_bytes(text.encode("utf-8", "surrogatepass"))
    for one in read_project(root)[1]:
        assert one.line >= 1
        assert one.column >= 1


_WORDS = st.sampled_from(
    ["name", "entry_points", "main", "command", "parameters", "type", "default", "python {a}", "float", "a", "{", "<<"]
)
_VALUES = st.recursive(
    _WORDS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_no_structure_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    import yaml

    root = tmp_path_factory.getbasetemp() / "structured"
    root.mkdir(exist_ok=True)
    (root / "MLproject").write_text(yaml.safe_dump(value))
    read_project(root)
