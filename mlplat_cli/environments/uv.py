"""uv, the program. In: arguments and input. Out: what it wrote."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mlplat_cli.errors import MlplatError, ToolMissingError
from mlplat_cli.process.tool import Completed, run_tool

FETCH_SECONDS = 600
SETUPTOOLS_WITH_PKG_RESOURCES = "setuptools<82"
"""setuptools 82 is the first without pkg_resources, which older packages import."""

_LACKS_PKG_RESOURCES = "No module named 'pkg_resources'"


def uv_program() -> str:
    """Return the path of the uv that was installed with this tool.

    Raises:
        ToolMissingError: it is not there.
    """
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise ToolMissingError("uv is not installed", hint="reinstall mlplat, which brings it") from error


def run_uv(
    args: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run uv to its end, its lines of progress handed on; the exit code is for the caller to judge."""
    return run_tool([uv_program(), *args], env=env, cwd=cwd, stdin=stdin, on_line=on_line)


def run_uv_building(
    args: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: str | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a uv that may build packages from source; older ones get the setuptools that they were written for."""
    done = run_uv(args, env=env, cwd=cwd, stdin=stdin, on_line=on_line)
    if done.returncode == 0 or _LACKS_PKG_RESOURCES not in done.stderr:
        return done
    with tempfile.TemporaryDirectory(prefix="mlplat-build-") as scratch:
        bounds = Path(scratch) / "constraints.txt"
        bounds.write_text(SETUPTOOLS_WITH_PKG_RESOURCES + "\n", encoding="utf-8")
        given = env.get("UV_BUILD_CONSTRAINT")
        older = {**env, "UV_BUILD_CONSTRAINT": f"{given} {bounds}" if given else str(bounds)}
        return run_uv(args, env=older, cwd=cwd, stdin=stdin, on_line=on_line)


def fetch_python(version: str) -> bool:
    """Let uv download an interpreter; False when it cannot (no network, no such version, or the user forbade it)."""
    if os.environ.get("UV_PYTHON_DOWNLOADS") == "never" or os.environ.get("UV_OFFLINE"):
        return False
    env = {"UV_HTTP_RETRIES": "0", **os.environ, "UV_NO_PROGRESS": "1"}
    try:
        args = [uv_program(), "python", "install", "--no-bin", version]
        return run_tool(args, env=env, timeout=FETCH_SECONDS).returncode == 0
    except MlplatError:
        return False
