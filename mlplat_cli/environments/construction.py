"""One environment being built. In: a lock and an interpreter. Out: a complete folder, or none.

virtualenv makes it in place (an environment cannot be moved), uv installs the lock with hard links, and the marker is
written last. Processes that want the same environment build it once: the others wait.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.environments import folder
from mlplat_cli.environments.constraint import parse_version
from mlplat_cli.environments.credentials import with_credentials, without_credentials
from mlplat_cli.environments.indexes import IndexSettings
from mlplat_cli.environments.interpreter import Interpreter
from mlplat_cli.environments.lock import Lock
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.environments.uv import run_uv, run_uv_building
from mlplat_cli.environments.uv_failure import failure
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.option import EnvManager

VIRTUALENV_OLDEST = (3, 8)
"""The oldest Python that can read what virtualenv puts into an environment."""

_TOLD = frozenset({"Downloading", "Downloaded", "Building", "Built", "Installed", "Updating"})
"""How the lines of uv begin that a user wants to see."""


@dataclass(frozen=True, slots=True)
class Construction:
    """All that a build needs; `name` is the environment's."""

    name: str
    spec: EnvSpec
    lock: Lock
    interpreter: Interpreter
    manager: EnvManager
    settings: IndexSettings
    progress: Progress

    @property
    def path(self) -> Path:
        """The folder to build."""
        return folder.environments_folder() / self.name

    def run(self) -> bool:
        """Build the environment unless another process has meanwhile; return whether this one did.

        Raises:
            EnvironmentBuildError: it cannot be created, or a package cannot be installed. Nothing is left of it.
        """
        folder.sweep()
        with folder.alone(self.name, self.progress):
            if folder.usable(self.name) is not None:
                return False
            folder.remove(self.name)
            try:
                self._create()
                self._install()
                folder.write_marker(self.name, self._marker())
            except BaseException:
                folder.remove(self.name)
                raise
        return True

    def _create(self) -> None:
        self.progress.step(f"creating an environment with Python {self.interpreter.version}")
        if self.manager == "virtualenv" and self._create_with_virtualenv():
            return
        args = ["venv", "--quiet", "--no-python-downloads", "--no-project", "--no-config", "--clear"]
        done = run_uv([*args, f"--python={self.interpreter.path}", str(self.path)], env=self.settings.environment)
        if done.returncode != 0:
            raise failure(done, f"create an environment with {self.interpreter.path}")

    def _create_with_virtualenv(self) -> bool:
        """Let virtualenv make the folder; False where it cannot for this Python, as with versions that it dropped."""
        # It does make one with an older Python, which then complains at each start about virtualenv's own file.
        if (parse_version(self.interpreter.version) or ()) < VIRTUALENV_OLDEST:
            return False
        import virtualenv

        try:
            args = [str(self.path), "--no-seed", f"--python={self.interpreter.path}"]
            virtualenv.cli_run(args, setup_logging=False)
        except (Exception, SystemExit):  # virtualenv and its plugins raise anything; uv makes it then
            shutil.rmtree(self.path, ignore_errors=True)
            return False
        return (self.path / "bin" / "python").exists()

    def _install(self) -> None:
        if not self.lock.packages:
            return
        self.progress.step(f"installing {len(self.lock.packages)} packages")
        python = self.path / "bin" / "python"
        args = ["pip", "sync", "--preview-features=pylock", "--no-python-downloads", f"--python={python}"]
        # uv takes a local source for unchanged as long as its metadata is.
        local = [f"--refresh-package={name}" for name, version in self.lock.packages if not version]
        with tempfile.TemporaryDirectory(prefix="mlplat-install-") as scratch:
            file = Path(scratch) / "pylock.toml"
            file.write_text(with_credentials(self.lock.text, self.spec.requirements), encoding="utf-8")
            args += [*self.settings.install, *local, str(file)]
            # Files that a lock names by their hash need no network once uv has them, however stale its index is.
            env = self.settings.environment
            done = None if local else run_uv([*args, "--offline"], env=env, cwd=Path(scratch))
            if done is None or done.returncode != 0:
                done = run_uv_building(args, env=env, cwd=Path(scratch), on_line=self._tell)
        if done.returncode != 0:
            raise failure(done, "install the environment")

    def _tell(self, line: str) -> None:
        words = line.split()
        if words and words[0] in _TOLD:
            self.progress.update(without_credentials(line.strip()))

    def _marker(self) -> folder.Marker:
        return folder.Marker(
            kind=self.spec.kind,
            manager=self.manager,
            python=str(self.interpreter.path),
            python_version=self.interpreter.version,
            platform=self.interpreter.platform,
            created=time.time(),
            packages=len(self.lock.packages),
            lock=self.lock.text,
        )
