"""Which modules the commands that only inform may import. Each costs start-up time that every `--help` would pay."""

import json
import subprocess
import sys

import pytest

TYPER = {"annotated_doc", "shellingham", "typer"}
"""Typer, which holds Click, and what it imports itself."""

OWN = {
    "mlplat",
    "mlplat.version",
    "mlplat_cli",
    "mlplat_cli.__main__",
    "mlplat_cli.cli",
    "mlplat_cli.cli.app",
    "mlplat_cli.cli.lazy",
    "mlplat_cli.cli.leaf",
}
"""What every command line imports of this repository."""

HEAVY = {
    "alembic", "asyncio", "concurrent.futures", "docker", "email", "git", "http", "importlib.metadata", "logging",
    "msgspec", "multiprocessing", "packaging", "psutil", "rich", "sqlalchemy", "ssl", "starlette", "tempfile",
    "unittest", "urllib.request", "uv", "uvicorn", "virtualenv", "xml", "yaml",
}  # fmt: skip

ALLOWED = {
    "--help": set(),
    "--version": set(),
    "run --help": {"mlplat_cli.cli.run"},
    "validate --help": {"mlplat_cli.cli.validate", "mlplat_cli.cli.options"},
    "runs --help": {"mlplat_cli.cli.runs"},
    "runs list --help": {"mlplat_cli.cli.runs", "mlplat_cli.cli.runs.list", "mlplat_cli.cli.options"},
    "experiments --help": {"mlplat_cli.cli.experiments"},
    "artifacts --help": {"mlplat_cli.cli.artifacts"},
    "env --help": {"mlplat_cli.cli.env"},
}
"""What each command line may import of this repository beyond OWN."""

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


@pytest.mark.parametrize("words", ALLOWED)
def test_what_only_informs_imports_next_to_nothing(words):
    modules = imported_by(words)

    own = {name for name in modules if name.split(".")[0] in ("mlplat", "mlplat_cli")}
    assert own == OWN | ALLOWED[words]
    packages = {name.split(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert packages - {"mlplat", "mlplat_cli"} <= TYPER
    assert modules & HEAVY == set()
