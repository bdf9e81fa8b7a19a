"""The house rules that a program can check: sizes, names, layers, style, types, versions, and generated files."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from mlplat_cli.models.mlmodel import mlmodel_schema
from mlplat_cli.projects.schemas import mlproject_schema, python_env_schema
from mlplat_cli.serving.monitoring.summary import summary_schema
from mlplat_cli.settings.schema import settings_schema
from mlplat_cli.wire.openapi import openapi_document

ROOT = Path(__file__).resolve().parents[1]
HARD_LIMIT = 500
"""Lines of a source file."""

FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
"""Names of files and folders that say nothing of what is in them."""

MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|Users|home/[a-z]+)/[\w.-]")
"""Where somebody's own machine keeps things."""


def committed_files() -> list[Path]:
    """Return every file that git knows, as it is in the working tree."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def source_files() -> list[Path]:
    return [path for path in committed_files() if path.suffix in (".py", ".sh", ".ts", ".tsx")]


def run_tool(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program that was installed beside this Python, in the repository."""
    program = Path(sysconfig.get_path("scripts")) / command[0]
    return subprocess.run(
        [str(program), *command[1:]],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_source_file_is_longer_than_a_person_reads():
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}

    assert {path: length for path, length in lengths.items() if length > HARD_LIMIT} == {}


def test_every_name_says_what_is_in_the_file():
    vague = [
        path
        for path in (path.relative_to(ROOT) for path in committed_files())
        if FORBIDDEN_NAMES & {part.partition(".")[0].strip("_").lower() for part in path.parts}
    ]

    assert vague == []


def test_every_module_of_the_packages_says_what_it_is():
    silent = []
    for path in source_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("mlplat", "mlplat_cli"):
            text = path.read_text(encoding="utf-8")
            if text.strip() and not text.lstrip().startswith(('"""', 'r"""')):
                silent.append(path.relative_to(ROOT))

    assert silent == []


def test_nothing_names_a_machine():
    found = []
    for path in committed_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{n}: {line}" for n, line in enumerate(lines, 1) if MACHINE_PATH.search(line)
        ]

    assert found == []


def test_no_merge_was_left_half_done():
    marker = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8", errors="ignore") for path in source_files()}

    assert [path for path, text in texts.items() if marker.search(text)] == []


def test_layers_import_downwards_only():
    done = run_tool("lint-imports", "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing():
    done = run_tool("ruff", "check", "--output-format=concise", ".")

    assert done.returncode == 0, done.stdout + done.stderr


def test_code_is_formatted():
    done = run_tool("ruff", "format", "--check", ".")

    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold():
    done = run_tool("mypy")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_library_runs_on_old_python():
    done = run_tool("vermin", "-t=3.8-", "--no-tips", "--violations", "mlplat")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_library_imports_only_the_standard_library():
    probe = (
        "import sys; before = set(sys.modules); import mlplat; [getattr(mlplat, name) for name in mlplat.__all__];"
        "print('\\n'.join({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {probe}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(done.stdout.split()) - set(sys.stdlib_module_names) == {"mlplat"}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("mlproject.schema", mlproject_schema),
        ("python_env.schema", python_env_schema),
        ("settings.schema", settings_schema),
        ("mlmodel.schema", mlmodel_schema),
        ("data_summary.schema", summary_schema),
        ("openapi", openapi_document),
    ],
)
def test_schemas_are_current(name, make):
    path = ROOT / "schemas" / f"{name}.json"

    assert path.read_text(encoding="utf-8") == json.dumps(make(), indent=2) + "\n"
