"""Packages for another machine, such as a container. In: an `EnvSpec`. Out: a folder that a Python there can import.

uv installs wheels for the other platform; what has none is built here, where this machine is of that platform too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.indexes import index_settings
from mlplat_cli.environments.interpreter import Interpreter, find_interpreter
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.environments.uv import run_uv, run_uv_building
from mlplat_cli.environments.uv_failure import failure
from mlplat_cli.errors import InterpreterNotFoundError
from mlplat_cli.process.progress import Progress

PLATFORMS = {"linux/amd64": "x86_64-manylinux_2_28", "linux/arm64": "aarch64-manylinux_2_28"}
"""What containers call a platform -> what uv calls the wheels that run there."""
_MACHINES = {"linux/amd64": "linux-x86_64", "linux/arm64": "linux-aarch64"}


def install_elsewhere(spec: EnvSpec, target: Path, *, python: str, platform: str, progress: Progress) -> None:
    """Install what a spec asks for into a folder.

    Args:
        target: made anew; afterwards what `site-packages` would hold.
        python: the other machine's version, major and minor: "3.11". platform: a key of PLATFORMS.

    Raises:
        EnvironmentBuildError: the requirements contradict each other, or one is not to be had for that platform.
    """
    lines = [line for line in spec.requirements if not line.startswith("--")]
    target.mkdir(parents=True)
    if not lines:
        return
    settings = index_settings(spec.requirements)
    progress.step(f"installing {len(lines)} requirements for Python {python} on {platform}")
    with tempfile.TemporaryDirectory(prefix="mlplat-elsewhere-") as scratch:
        file = Path(scratch) / "requirements.txt"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        base = [
            "pip",
            "install",
            "--no-python-downloads",
            "--link-mode=copy",
            f"--target={target.absolute()}",
            *settings.resolve,
        ]
        base += _constraints(spec.constraints, Path(scratch))
        wheels = [f"--python-version={python}", f"--python-platform={PLATFORMS[platform]}", "--only-binary=:all:"]
        env, cwd = settings.environment, Path(scratch)
        done = run_uv([*base, *wheels, "-r", str(file)], env=env, cwd=cwd, on_line=lambda line: _tell(progress, line))
        native = _native(python, platform) if done.returncode else None
        if native is not None:
            args = [*base, f"--python={native.path}", "-r", str(file)]
            done = run_uv_building(args, env=env, cwd=cwd, on_line=lambda line: _tell(progress, line))
    if done.returncode:
        raise failure(done, f"install the environment for Python {python} on {platform}")


def elsewhere_key(spec: EnvSpec, python: str, platform: str) -> tuple[object, ...]:
    """Return everything that decides what `install_elsewhere` installs, but for what indexes hold at the time."""
    settings = index_settings(spec.requirements)
    lines = tuple(without_credentials(line) for line in spec.requirements)
    return (lines, spec.constraints, python, platform, settings.key)


def _constraints(lines: Sequence[str], scratch: Path) -> list[str]:
    if not lines:
        return []
    file = scratch / "constraints.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [f"--constraints={file}"]


def _native(python: str, platform: str) -> Interpreter | None:
    """Return an interpreter of this machine that builds what the other can import; None when there is none."""
    try:
        found = find_interpreter(python, fetch=False)
    except InterpreterNotFoundError:
        return None
    fits = found.platform == _MACHINES[platform] and found.version.startswith(f"{python}.")
    return found if fits else None


def _tell(progress: Progress, line: str) -> None:
    if line.startswith((" Downloading", "Downloading", "Building", "   Building")):
        progress.update(without_credentials(line.strip()))
