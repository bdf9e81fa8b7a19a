"""What a run says of where it comes from. In: a plan. Out: the `mlflow.*` tags that every client and UI knows."""

from __future__ import annotations

from mlplat.context import GIT_BRANCH, GIT_COMMIT, GIT_REMOTE, SOURCE_NAME, SOURCE_TYPE, USER, user
from mlplat_cli.launch.plan import Plan


def run_tags(plan: Plan, manager: str) -> dict[str, str]:
    """Return the tags of a project's run.

    Args:
        manager: what made the environment; `local` has no tag, as in MLflow.
    """
    tags = {
        USER: user(),
        SOURCE_NAME: plan.source.display,
        SOURCE_TYPE: "PROJECT",
        "mlflow.project.entryPoint": plan.request.entry_point,
        "mlflow.project.backend": "local",
    }
    optional = {
        "mlflow.project.env": None if manager == "local" else manager,
        GIT_COMMIT: plan.commit,
        GIT_REMOTE: plan.repo_url,
        GIT_BRANCH: plan.branch,
        "mlplat.project.version": plan.request.version,
    }
    return tags | {key: value for key, value in optional.items() if value}
