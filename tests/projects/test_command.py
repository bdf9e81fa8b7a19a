from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlplat_cli.errors import ParameterError, ProjectError
from mlplat_cli.process.progress import SilentProgress
from mlplat_cli.projects.command import build_command
from mlplat_cli.projects.parameters import Resolved, resolve
from mlplat_cli.projects.project import EntryPoint, EnvDeclaration, Parameter, Project

NASTY = [
    "a b", "", "'", '"', "`touch pwned`", "$(touch pwned)", "; touch pwned", "| touch pwned", "& touch pwned",
    "\ntouch pwned\n", "';touch pwned;'", '";touch pwned;"', "'\"';touch pwned;'\"'", "\\", "\\'", "x\\", "$HOME",
    "${x:-$(touch pwned)}", "*", "~", "a=b", "-rf", "#x", "x #", "{a}", "{{a}}", "a[$(touch pwned)]", ")touch pwned",
    "EOF\ntouch pwned\n", "\r\ntouch pwned", "é ü", "!!", "\\';touch pwned;#", "$'\\';touch pwned;'",
]  # fmt: skip
VALUES = st.sampled_from(NASTY) | st.text(
    st.sampled_from("ab '\"`$(){};&|<>\\\n\t#*?~!=[]")
    | st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    max_size=20,
)


def project(command: str, *names: str) -> Project:
    parameters = {name: Parameter(name) for name in names}
    return Project(None, EnvDeclaration(), {"main": EntryPoint("main", command, parameters)}, None, Path("/"))


def command_of(template: str, values: dict[str, str], **extras: str) -> str:
    made = project(template, *values)
    resolved = resolve(
        made.entry_points["main"],
        {**values, **extras},
        storage_dir=None,
        project_dir=Path("/"),
        caller_dir=Path("/"),
        progress=SilentProgress(),
    )
    return build_command(made, "main", resolved)


def run(command: str, folder: Path) -> list[str]:
    """Run a command as a project's is run; its words come back as `show` got them."""
    show = 'show() { printf "%s\\0" "$@" >> words; }\n'
    (folder / "words").unlink(missing_ok=True)
    subprocess.run(["bash", "-c", show + command], cwd=folder, capture_output=True, check=False, timeout=20)
    words = folder / "words"
    return words.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1] if words.exists() else []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bash")


def test_plain_values_are_written_plainly() -> None:
    command = command_of("python train.py --alpha {alpha} --data {data}\n", {"alpha": "0.5", "data": "/x/y.csv"})
    assert command == "python train.py --alpha 0.5 --data /x/y.csv"


def test_other_values_are_quoted_where_they_stand() -> None:
    template = "show {a} \"{a}\" '{a}' x{a}y"
    assert command_of(template, {"a": "b c"}) == "show 'b c' \"\"'b c'\"\" '''b c''' x'b c'y"


def test_braces_of_the_shell(folder: Path) -> None:
    assert run(command_of("A=1; show ${{A}} {{x,y}}", {}), folder) == ["1", "x", "y"]


def test_what_is_not_declared_is_appended() -> None:
    assert command_of("python x.py {a} \n", {"a": "1"}, b="2", c="it's") == "python x.py 1 --b 2 --c 'it'\"'\"'s'"


def test_extras_join_a_command_of_several_lines(folder: Path) -> None:
    assert run(command_of("show {a} \\\n  two \\\n", {"a": "1"}, b="2"), folder) == ["1", "two", "--b", "2"]


@pytest.mark.parametrize("template", ["show x # note", "show x &", "show x;", 'show "x', "show $(x"])
def test_extras_that_cannot_be_appended(template: str) -> None:
    with pytest.raises(ProjectError, match="cannot be appended"):
        command_of(template, {}, b="2")


@pytest.mark.parametrize("key", ["a b", "a;b", "$(x)", "a\nb", "a'b", "é"])
def test_names_of_extras_are_checked(key: str) -> None:
    with pytest.raises(ParameterError, match="cannot be the name of an option"):
        command_of("show", {}, **{key: "1"})


def test_a_value_behind_a_variable_does_not_lengthen_its_name(folder: Path) -> None:
    assert run("A=1; " + command_of('show $A{a} "$A{a}" "${{A}}{a}"', {"a": "b"}), folder) == ["1b", "1b", "1b"]


LITERAL = ["show {a}", 'show "{a}"', "show '{a}'", 'show "x{a}y" {a}', "show \\' {a} \\\" '{a}'", 'show "it\'s {a}"']


@pytest.mark.parametrize("template", LITERAL)
@given(value=VALUES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_arrives_as_it_was_given(folder: Path, template: str, value: str) -> None:
    plain = run(command_of(template, {"a": "VALUE"}), folder)
    assert run(command_of(template, {"a": value}), folder) == [word.replace("VALUE", value) for word in plain]
    assert not (folder / "pwned").exists()


COMPLEX = [
    'show "$(printf %s "{a}")"',
    "show \"`printf %s '{a}'`\"",
    'show "${{UNSET:-{a}}}"',
    "show $'{a}'",
    '(show "{a}")',
    "case x in x) show {a};; esac",
]


@pytest.mark.parametrize("template", COMPLEX)
@pytest.mark.parametrize("value", ["a b", "'", '"', "$(touch pwned)", "a;touch pwned", "\\", "x*"])
def test_a_value_arrives_through_substitutions(folder: Path, template: str, value: str) -> None:
    assert run(command_of(template, {"a": value}), folder) == [value]
    assert not (folder / "pwned").exists()


def test_words_may_be_split_where_the_author_wants_it(folder: Path) -> None:
    assert run(command_of("show $(echo {a})", {"a": "x=1 y=2"}), folder) == ["x=1", "y=2"]


PARTS = st.sampled_from(
    [
        "{a}", " ", '"', "'", "`", "$(", "(", ")", "${{x:-", "}}", "\\ ", "#", "\n", ";", "&& ", "| ", "<<E\n", "\nE\n",
        "$'", '$"', "show ", "echo ", "case x in x)", ";; esac ", "((", "))", "[[ ", " ]]", "x", "=", "<(", "> out ",
        "eval ", "bash -c ", "trap ", "let ", "if true; then ", "; fi ", "\\\n",
    ]
)  # fmt: skip


@given(parts=st.lists(PARTS, min_size=1, max_size=12), value=VALUES)
@example(parts=['"', "$(", "case x in x)", "{a}", ";; esac ", ")", '"'], value='";touch pwned;"')
@example(parts=["bash -c ", "'", "echo ", "{a}", "'"], value="; touch pwned")
@example(parts=["bash -c ", '"', "$(", "echo ", "{a}", ")", '"'], value="; touch pwned")
@example(parts=["eval ", "echo ", "{a}"], value="; touch pwned")
@example(parts=["echo ", "$(", "(", "{a}", "))"], value="a[$(touch pwned)]")
@example(parts=["[[ ", "{a}", " -eq 1", " ]]"], value="a[$(touch pwned)]")
@example(parts=["#", "x", "{a}"], value="\ntouch pwned")
@example(parts=["echo ", "<<E\n", "{a}", "\nE\n"], value="$(touch pwned)")
@example(parts=["$'", "{a}", "'"], value="\\';touch pwned;#")
@example(parts=["export X=", "$(", "eval ", "{a}", ")"], value="touch pwned")
@example(parts=["declare -i X; X=", "{a}"], value="a[$(touch pwned)]")
@example(parts=["export ", "{a}", "=1"], value="a[$(touch pwned)]")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_never_becomes_a_command(folder: Path, parts: list[str], value: str) -> None:
    """Whatever the template: every executed `touch` would leave its file."""
    template = "".join(parts)
    try:
        command = command_of(template, {"a": value})
    except (ParameterError, ProjectError):
        return
    run(command, folder)
    assert not (folder / "pwned").exists(), command


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("eval echo {a}", "eval"),
        ("x && eval 'echo {a}'", "eval"),
        ("bash -c 'echo {a}'", "bash -c"),
        ('/bin/sh -ec "echo {a}"', "sh -ec"),
        ("python -c 'print({a})'", "python -c"),
        ("echo $(( {a} + 1 ))", "(("),
        ("[[ {a} -gt 1 ]] && x", "[["),
        ("trap 'echo {a}' EXIT", "trap"),
        ("export {a}=1", "export"),
        ("export X=$(eval {a})", "export"),
        ("declare -i N; N={a}", "declare -i"),
    ],
)
def test_what_would_evaluate_a_value_refuses_it(template: str, named: str) -> None:
    assert "7" in command_of(template, {"a": "7"})
    with pytest.raises(ParameterError) as raised:
        command_of(template, {"a": "$(x)"})
    assert repr(named) in raised.value.message


@pytest.mark.parametrize(
    "template",
    [
        "bash -c 'show \"$1\"' _ {a}",
        "python train.py --source {a} export {a}",
        "[ {a} = x ]; show {a}",
        "echo eval {a}",
        "export DATA={a} && show $DATA",
        'export ONE=1 DATA="x/{a}"; show $DATA',
    ],
)
def test_arguments_beside_code_are_no_code(template: str) -> None:
    assert "a b" in command_of(template, {"a": "a b"})


def test_a_faulty_template_is_refused() -> None:
    made = project("show {a.b}")
    with pytest.raises(ProjectError, match="faulty"):
        build_command(made, "main", Resolved({}, {}, {}))
