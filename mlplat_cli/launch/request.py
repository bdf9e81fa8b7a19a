"""What the user asked for. In: words of the command line. Out: one value that planning reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run as asked for, before anything is looked at.

    Args:
        uri: local folder, git address or zip, with an optional `#subfolder`.
        entry_point: name, or a script's path. version: commit, tag or branch.
        parameters: as given, unquoted. env_manager: local, virtualenv, uv or conda; None for the default.
        experiment_name, experiment_id: at most one. storage_dir: where remote `path` parameters are put.
    """

    uri: str
    entry_point: str = "main"
    version: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    env_manager: str | None = None
    experiment_name: str | None = None
    experiment_id: str | None = None
    run_name: str | None = None
    storage_dir: Path | None = None
    refresh_environment: bool = False
