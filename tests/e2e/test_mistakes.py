"""What a user does wrong, and what the tool says: one clear line, the documented exit code, nothing recorded."""

import subprocess

import pytest

from tests.e2e.repository import write
from tests.e2e.tool import PROGRAM

GOOD = "entry_points:\n  main:\n    parameters:\n      alpha: float\n    command: 'echo {alpha}'\n"


def assert_nothing_recorded(mlplat):
    assert mlplat.runs() == []


def test_a_mistake_in_mlproject_is_shown_as_a_compiler_would(tmp_path, mlplat):
    project = write(tmp_path / "project", {"MLproject": "name: x\nentry_ponts:\n  main:\n    command: echo hi\n"})

    done = mlplat("run", project, code=3)

    assert "MLproject:2:1: error:" in done.err
    assert "entry_ponts:" in done.err
    assert "^^^^" in done.err
    assert "did you mean 'entry_points'?" in done.err
    assert "Traceback" not in done.err
    assert_nothing_recorded(mlplat)


def test_validate_lists_every_mistake(tmp_path, mlplat):
    project = write(
        tmp_path / "project",
        {"MLproject": "nmae: x\nentry_points:\n  main:\n    parameters:\n      a: flaot\n    command: 'run {b}'\n"},
    )

    done = mlplat("validate", project, "--json", code=3).json()

    assert done["valid"] is False
    assert {each["line"] for each in done["diagnostics"]} == {1, 5, 6}


def test_an_unknown_entry_point(tmp_path, mlplat):
    project = write(tmp_path / "project", {"MLproject": GOOD})

    done = mlplat("run", project, "-e", "mian", code=3)

    assert "'mian'" in done.err
    assert "did you mean -e main?" in done.err
    assert_nothing_recorded(mlplat)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "needs a value for parameter 'alpha'"),
        (("-P", "alhpa=1"), "did you mean 'alpha'?"),
        (("-P", "alpha=abc"), "'abc' is none"),
        (("-P", "alpha"), "name=value"),
        (("-P", "alpha=1", "-P", "alpha=2"), "given twice"),
    ],
)
def test_parameters_that_do_not_fit(words, said, tmp_path, mlplat):
    project = write(tmp_path / "project", {"MLproject": GOOD})

    done = mlplat("run", project, *words, code=3)

    assert said in done.err
    assert_nothing_recorded(mlplat)


def test_no_interpreter(tmp_path, mlplat):
    project = write(tmp_path / "project", {"python_env.yaml": "python: '3.99'\n", "say.py": "print(1)\n"})

    done = mlplat("run", project, "-e", "say.py", code=5, UV_PYTHON_DOWNLOADS="never")

    assert "no Python 3.99 on this machine" in done.err
    assert "hint: " in done.err
    assert_nothing_recorded(mlplat)


def test_a_requirement_that_does_not_exist(tmp_path, mlplat):
    project = write(
        tmp_path / "project", {"requirements.txt": "mlplat-no-such-package-at-all==9\n", "say.py": "print(1)\n"}
    )

    done = mlplat("run", project, "-e", "say.py", code=5, UV_OFFLINE="1", MLPLAT_CACHE_DIR=str(tmp_path / "cache"))

    assert "mlplat-no-such-package-at-all" in done.err
    assert_nothing_recorded(mlplat)


def test_no_such_folder(mlplat):
    assert "there is no folder nowhere" in mlplat("run", "nowhere", code=4).err


@pytest.mark.parametrize(
    "words",
    [
        ("runs", "show", "0123456789abcdef"),
        ("runs", "logs", "nobody"),
        ("artifacts", "list", "nobody"),
        ("experiments", "show", "nothing"),
        ("env", "show", "none"),
    ],
)
def test_what_is_not_there(words, mlplat):
    mlplat("experiments", "create", "any")
    done = mlplat(*words, code=6)

    assert done.err.startswith("mlplat: ")
    assert words[-1] in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rnu", "."), "Did you mean 'run'?"),
        (("run",), "Missing argument"),
        (("run", ".", "--env-manager", "poetry"), "poetry"),
        (("runs", "list", "--filter", "metrics.rmse <"), "^"),
        (("runs", "list", "--tracking-uri", "sqlite://"), "names no file"),
    ],
)
def test_a_command_line_that_is_wrong(words, said, mlplat):
    mlplat("experiments", "create", "any")
    done = mlplat(*words, code=2)

    assert said in done.err
    assert "Traceback" not in done.err


def test_a_store_that_is_no_database(mlplat):
    write(mlplat.folder / ".mlplat", {"mlplat.db": "this is no database, " * 100})

    done = mlplat("runs", "list", code=7)

    assert "mlplat.db" in done.err
    assert "Traceback" not in done.err


def test_a_setting_that_nobody_knows(mlplat):
    write(mlplat.folder, {"mlplat.toml": "experimnt_name = 'x'\n"})

    assert "unknown key 'experimnt_name'" in mlplat("run", ".", code=2).err


@pytest.mark.parametrize("command", ["runs list", "run .", "validate", "experiments list"])
def test_a_current_folder_that_was_deleted(command, tmp_path, mlplat):
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f'rmdir "$PWD"; exec "$0" {command}'

    done = subprocess.run(
        ["bash", "-c", line, str(PROGRAM)],
        cwd=gone,
        env=dict(mlplat.env),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "mlplat: the current folder does not exist any more\n"
