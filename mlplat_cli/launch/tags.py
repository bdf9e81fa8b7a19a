"""What a run says of where it comes from. In: a plan. Out: the `mlflow.*` tags that every client and UI knows."""

from __future__ import annotations

import getpass

from mlplat_cli.launch.plan import Plan


def run_tags(plan: Plan, manager: str) -> dict[str, str]:
    """Return the tags of a project's run.

    Args:
        manager: what made the environment; `local` has no tag, as in MLflow.
    """
    tags = {
        "mlflow.user": user_name(),
        "mlflow.source.name": plan.source.display,
        "mlflow.source.type": "PROJECT",
        "mlflow.project.entryPoint": plan.request.entry_point,
        "mlflow.project.backend": "local",
    }
    optional = {
        "mlflow.project.env": None if manager == "local" else manager,
        "mlflow.source.git.commit": plan.commit,
        "mlflow.source.git.repoURL": plan.repo_url,
        "mlflow.source.git.branch": plan.branch,
        "mlplat.project.version": plan.request.version,
    }
    return tags | {key: value for key, value in optional.items() if value}


def user_name() -> str:
    """Return the login name; a container may have a user id that no name belongs to."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
