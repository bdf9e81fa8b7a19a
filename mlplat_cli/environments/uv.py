"""uv, the program. In: arguments and input. Out: what it wrote; its failures as one clear line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.errors import EnvironmentBuildError, MlplatError, ToolMissingError
from mlplat_cli.process.tool import Completed, run_tool

FETCH_SECONDS = 600


class ResolutionError(EnvironmentBuildError):
    """Packages that cannot be resolved or installed; `detail` is all that uv said, without credentials."""

    def __init__(self, message: str, *, hint: str | None = None, detail: str = "") -> None:
        super().__init__(message, hint=hint)
        self.detail = detail


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


def failure(done: Completed, doing: str) -> ResolutionError:
    """Return the error for a uv that failed: its own reason in one line, what to do, and all of it as `detail`."""
    detail = without_credentials(done.stderr).strip()
    reason, hint = _reason(detail)
    return ResolutionError(f"cannot {doing}: {reason}", hint=hint, detail=detail)


def _reason(text: str) -> tuple[str, str | None]:
    causes = re.findall(r"(?m)^\s*(?:error|cause|Caused by): *(.*)$", text)
    hints = re.findall(r"(?m)^hint: *(.*)$", text)
    if any("dns error" in cause or "tcp connect error" in cause for cause in causes):
        what = next((cause for cause in causes if "ailed to fetch" in cause or "ailed to download" in cause), causes[0])
        return f"the package index cannot be reached ({what.rstrip('.')})", "check the network and pip's index settings"
    if not causes:
        return text.splitlines()[-1] if text else "uv failed without a word", None
    for cause in causes:
        conclusion = re.match(r"(?:Because )(.*?),? we can conclude that .*", cause)
        if conclusion is not None:
            return conclusion[1].replace(" and you require", ", and the project requires"), hints[0] if hints else None
    return causes[-1] if causes[0].startswith("No solution") else ": ".join(causes[:2]), hints[0] if hints else None
