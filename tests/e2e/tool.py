"""The installed `mlplat` command in real processes, for tests. In: words. Out: what it printed, its exit code, runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = Path(sysconfig.get_path("scripts")) / "mlplat"
PATIENCE_SECONDS = 60.0
RUN_LINE = re.compile(r"^mlplat: run .* \(([0-9a-f]{32})\)$", re.MULTILINE)
"""How the runner announces a run that begins."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def run_id(self) -> str:
        """Id of the run that the command recorded."""
        announced = RUN_LINE.search(self.err)
        assert announced, f"no run was announced in: {self.err}"
        return announced[1]

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Tool:
    """The command, as typed in a folder.

    Args:
        folder: where it is typed. env: the whole environment.
    """

    folder: Path
    env: Mapping[str, str] = field(repr=False)

    def __call__(self, *words: object, code: int | None = 0, cwd: Path | None = None, **env: str) -> Done:
        """Run the command to its end; any exit code but the expected one fails the test (None: any will do)."""
        done = subprocess.run(
            self._line(words),
            cwd=cwd or self.folder,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert code in (None, done.returncode), f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: object, **env: str) -> subprocess.Popen[str]:
        """Start the command and leave it running, in a session of its own as a terminal would."""
        return subprocess.Popen(
            self._line(words),
            cwd=self.folder,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def show(self, run: str, *words: object) -> dict[str, Any]:
        """Return a run as `runs show --json` prints it."""
        shown: dict[str, Any] = self("runs", "show", run, "--json", *words).json()
        return shown

    def runs(self, *words: object) -> list[dict[str, Any]]:
        """Return the runs that `runs list --json` prints; none where there is no store."""
        done = self("runs", "list", "--json", *words, code=None)
        if done.code and "there is no store" in done.err:
            return []
        listed: list[dict[str, Any]] = done.json()["runs"]
        return listed

    def artifact(self, run: str, path: str) -> str:
        """Return the text of a run's artifact."""
        return self("artifacts", "show", run, path).out

    @staticmethod
    def _line(words: tuple[object, ...]) -> list[str]:
        return [str(PROGRAM), *map(str, words)]


def until(true: Callable[[], Any], what: str) -> Any:
    """Wait until a call returns something true, and return that."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def clean_environment(cache: Path, config: Path) -> dict[str, str]:
    """Return this process's environment without what would lead the tool elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLPLAT_", "MLFLOW_"))}
    kept.pop("PYTHONPATH", None)
    return kept | {
        "MLPLAT_CACHE_DIR": str(cache),
        "XDG_CONFIG_HOME": str(config),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "A Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.com",
        "GIT_COMMITTER_NAME": "A Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.com",
    }
