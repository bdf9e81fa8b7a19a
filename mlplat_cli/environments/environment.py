"""What `build` answers: an environment that exists, or what would be used or built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlplat_cli.settings.option import EnvManager

if TYPE_CHECKING:
    from mlplat_cli.environments.interpreter import Interpreter
    from mlplat_cli.environments.lock import Lock


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment that exists.

    Args:
        name: the folder's name; "local" for the user's own Python.
        path: its folder; None for "local".
        python: the interpreter to start.
        bin_dir: what to put in front of PATH; None where PATH serves as it is.
        python_version: such as "3.11.7". platform: such as "linux-x86_64".
        manager: what made it. lock: exactly what it holds; None for "local".
        created: whether this call built it. notes: what the user should know.
        variables: (name, value) of what the spec sets for the process.
    """

    name: str
    path: Path | None
    python: Path
    bin_dir: Path | None
    python_version: str
    platform: str
    manager: EnvManager
    lock: Lock | None
    created: bool
    notes: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """What `prepare` would do, as far as it can be known without a network.

    Args:
        manager: what would be used. kind: the spec's. source: the file that asks for it.
        python: the version asked for; None means any. interpreter: the one to be used; None when one must be fetched.
        requirements: lines without credentials.
        name: the environment's name, known once its lock is. built: whether it is there already.
    """

    manager: EnvManager
    kind: str
    source: Path | None
    python: str | None
    interpreter: Interpreter | None
    requirements: tuple[str, ...]
    name: str | None
    built: bool
    notes: tuple[str, ...]
