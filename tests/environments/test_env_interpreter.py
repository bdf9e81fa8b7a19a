import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlplat_cli.environments import interpreter as module
from mlplat_cli.environments.interpreter import find_interpreter, newest_of_each_minor, own_interpreter, still_there
from mlplat_cli.errors import InterpreterNotFoundError
from mlplat_cli.process.tool import Completed

OWN = "{}.{}.{}".format(*sys.version_info[:3])


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine without any Python but the tool's own, where uv must not download."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(module, "candidates", lambda real=module.candidates: below(tmp_path, real()))
    monkeypatch.setattr(module, "run_tool", lambda args, real=module.run_tool, **rest: answer(args, real, rest))
    return tmp_path


def below(root, found):
    return [one for one in found if one.path.is_relative_to(root)]


def answer(args, real, rest):
    """Answer for a fake Python, as its text says; a real program is really started."""
    content = Path(args[0]).read_bytes()
    if not content.startswith(b"fake"):
        return real(args, **rest)
    with Path(args[0]).with_name("calls").open("a") as calls:
        calls.write("called\n")
    return Completed(tuple(args), 0, content.removeprefix(b"fake").decode(), "")


def fake_python(path, version, *, implementation="cpython"):
    """Write what stands for a program that is that Python; it is no script, for those are taken for shims."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"version": version, "implementation": implementation, "platform": "linux-x86_64", "base": str(path)}
    path.write_text("fake" + json.dumps(said))
    path.chmod(0o755)
    return path


def test_the_tools_own_python_is_the_default_and_goes_first():
    own = own_interpreter()
    assert own.version == OWN
    assert not own.path.is_symlink()
    assert find_interpreter(None) == own
    assert find_interpreter(f"{sys.version_info[0]}.{sys.version_info[1]}") == own
    assert find_interpreter(OWN) == own


def test_the_base_of_a_virtual_environment_is_found(tmp_path, machine):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    probe = module.ProbeCache().ask(module.Candidate(tmp_path / "venv" / "bin" / "python", "PATH"))
    assert probe is not None
    assert probe.version == OWN
    assert not probe.path.is_relative_to(tmp_path)


def test_a_minor_version_is_the_newest_patch_wherever_it_is(machine):
    fake_python(machine / "bin" / "python3.19", "3.19.2")
    newest = fake_python(machine / "pyenv" / "versions" / "3.19.10" / "bin" / "python3.19", "3.19.10")
    exact = fake_python(machine / "uv" / "cpython-3.19.4-linux-x86_64-gnu" / "bin" / "python3.19", "3.19.4")
    assert find_interpreter("3.19").path == newest
    assert find_interpreter("3.19.4").path == exact
    assert find_interpreter(">=3.19,<3.19.10").version == "3.19.4"


def test_a_shim_and_another_implementation_are_not_taken(machine):
    shim = machine / "bin" / "python3.19"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    fake_python(machine / "pyenv" / "versions" / "3.19.9" / "bin" / "python3.19", "3.19.9", implementation="pypy")
    with pytest.raises(InterpreterNotFoundError):
        find_interpreter("3.19")


def test_conda_environments_are_looked_into(machine):
    home = machine / "home" / "miniconda3" / "envs" / "work"
    python = fake_python(home / "bin" / "python3.19", "3.19.1")
    (home / "conda-meta").mkdir()
    (home / "conda-meta" / "python-3.19.1-h1_0.json").write_text("{}")
    assert find_interpreter("3.19").path == python


def test_an_exact_version_that_is_nowhere_is_replaced_with_a_note(machine):
    fake_python(machine / "bin" / "python3.19", "3.19.7")
    found = find_interpreter("3.19.2")
    assert found.version == "3.19.7"
    assert found.note == "Python 3.19.2 is not on this machine; Python 3.19.7 is used instead"


def test_an_error_lists_what_was_found(machine):
    path = fake_python(machine / "bin" / "python3.19", "3.19.7")
    with pytest.raises(InterpreterNotFoundError, match=r"found: 3\.19\.7") as error:
        find_interpreter("3.18")
    assert str(path) in error.value.message
    assert "uv python install 3.18" in error.value.hint


def test_a_program_is_asked_once_until_it_changes(machine):
    calls = machine / "bin" / "calls"
    path = fake_python(machine / "bin" / "python3.19", "3.19.7")
    find_interpreter("3.19")
    find_interpreter("3.19")
    assert calls.read_text().count("called") == 1
    os.utime(path, (1, 1))
    find_interpreter("3.19")
    assert calls.read_text().count("called") == 2


def test_programs_that_cannot_fit_are_not_started(machine):
    fake_python(machine / "bin" / "python3.18", "3.18.1")
    fake_python(machine / "bin" / "python3.19", "3.19.7")
    find_interpreter("3.19")
    assert (machine / "bin" / "calls").read_text() == "called\n"


def test_the_newest_of_each_minor_version_goes_down_to_the_oldest_that_uv_takes(machine):
    versions = machine / "pyenv" / "versions"
    for version in ("3.5.10", "3.6.15", "3.18.2", "3.18.10", "2.7.18"):
        minor = version.rpartition(".")[0]
        fake_python(versions / version / "bin" / f"python{minor}", version)
    fake_python(versions / "3.17.1" / "bin" / "python3.17", "3.17.1", implementation="pypy")
    fake_python(machine / "bin" / "python", "3.19.4")
    found = newest_of_each_minor(None)
    assert [one.version for one in found] == ["3.19.4", "3.18.10", "3.6.15"]
    assert newest_of_each_minor("<3.18.10,>3.6")[0].version == "3.18.2"


def test_an_interpreter_that_changed_is_not_still_there(machine):
    path = fake_python(machine / "bin" / "python3.19", "3.19.7")
    assert still_there(path, "3.19.7").path == path
    fake_python(path, "3.19.8")
    assert still_there(path, "3.19.7") is None
    path.unlink()
    assert still_there(path, "3.19.8") is None


def test_a_damaged_cache_of_answers_is_made_anew(machine, own_caches):
    own_caches.mkdir()
    (own_caches / "interpreters.json").write_text("{")
    fake_python(machine / "bin" / "python3.19", "3.19.7")
    assert find_interpreter("3.19").version == "3.19.7"
    assert json.loads((own_caches / "interpreters.json").read_text())


PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


@pytest.mark.parametrize("minor", range(8, 15))
def test_the_interpreters_of_this_machine_are_found(minor, monkeypatch):
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    if not list(PYENV.glob(f"3.{minor}.*")):
        pytest.skip(f"pyenv has no Python 3.{minor} here")
    assert find_interpreter(f"3.{minor}").version.startswith(f"3.{minor}.")
