"""Which modules the commands that only inform may import. Each costs start-up time that every `--help` would pay."""

import json
import subprocess
import sys

import pytest

from mlplat_cli.cli.front import answer as main_answers

OWN = {
    "mlplat",
    "mlplat.version",
    "mlplat_cli",
    "mlplat_cli.__main__",
    "mlplat_cli.cli",
    "mlplat_cli.cli.front",
}
"""What they import of this repository."""

HEAVY = {
    "argparse", "asyncio", "dataclasses", "email", "gettext", "importlib.metadata", "inspect", "json", "logging",
    "pathlib", "platform", "subprocess", "tempfile", "traceback", "urllib",
}  # fmt: skip
"""Modules of the standard library that cost milliseconds each."""

QUESTIONS = ["--version", "--help", "run --help", "runs -h", "runs list --help", "env prune --help"]

PROBE = """
import contextlib, io, json, sys
before = set(sys.modules)
sys.argv = ["mlplat", *sys.argv[1:]]
from mlplat_cli.__main__ import main
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    main()
assert shown.getvalue().strip(), "nothing was shown"
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_by(words: str) -> set[str]:
    """Return the modules that a command line imports, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", PROBE, *words.split()], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("words", QUESTIONS)
def test_what_only_informs_imports_next_to_nothing(words):
    modules = imported_by(words)

    assert {name for name in modules if name.split(".")[0] in ("mlplat", "mlplat_cli")} == OWN
    others = {name.split(".")[0] for name in modules} - {"mlplat", "mlplat_cli"}
    assert {name for name in others if name not in sys.stdlib_module_names} == set()
    assert modules & HEAVY == set()


def test_everything_else_is_left_to_the_commands(capsys):
    assert main_answers(["runs", "list", "--json"]) is None
    assert main_answers(["run", "../../etc/passwd", "--help"]) is None
    assert main_answers([]) is None
