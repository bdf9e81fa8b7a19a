"""What a run keeps to be understood later. In: the plan and the built environment. Out: files among its artifacts.

mlplat/environment/pylock.toml       exact packages
mlplat/environment/environment.json  interpreter, platform, what asked for it
mlplat/source/changes.diff           what differs from the commit, for a dirty local project
mlplat/source/untracked/…            files that git does not know
"""

from __future__ import annotations

import json
from pathlib import Path

from mlplat_cli.environments.build import Environment
from mlplat_cli.launch.place import KeepsFiles
from mlplat_cli.launch.plan import Plan
from mlplat_cli.projects.worktree import WorkTree, changes, untracked_files

FOLDER = "mlplat"
ENVIRONMENT_VERSION = 1


def store_environment(artifacts: KeepsFiles, plan: Plan, environment: Environment) -> None:
    """Write the lock and the description of the environment."""
    lock = environment.lock
    description = {
        "version": ENVIRONMENT_VERSION,
        "name": environment.name,
        "manager": environment.manager,
        "python_version": environment.python_version,
        "platform": environment.platform,
        "source": plan.spec.source.name if plan.spec.source else None,
        "requirements": list(plan.environment.requirements),
        "notes": list(environment.notes),
        "lock": lock.hash if lock else None,
    }
    _write(artifacts, f"{FOLDER}/environment/environment.json", json.dumps(description, indent=2) + "\n")
    if lock and lock.text:
        _write(artifacts, f"{FOLDER}/environment/pylock.toml", lock.text)


def store_changes(artifacts: KeepsFiles, project_dir: Path, tree: WorkTree) -> tuple[str, ...]:
    """Write what a dirty working tree holds beyond its commit; return a note on each file that was left out."""
    _write(artifacts, f"{FOLDER}/source/changes.diff", changes(project_dir))
    files, left_out = untracked_files(project_dir)
    for path in files:
        with (tree.root / path).open("rb") as stream:
            artifacts.write(f"{FOLDER}/source/untracked/{path}", iter(lambda: stream.read(1 << 20), b""))
    return left_out


def _write(artifacts: KeepsFiles, path: str, content: str | bytes) -> None:
    artifacts.write(path, [content.encode() if isinstance(content, str) else content])
