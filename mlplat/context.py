"""What is known of a run before it logs anything. In: this process and its surroundings. Out: `mlflow.*` tags."""

from __future__ import annotations

import os
import sys
from typing import Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.git_checkout import find_checkout

RUN_NAME = "mlflow.runName"
PARENT = "mlflow.parentRunId"
NOTE = "mlflow.note.content"
USER = "mlflow.user"
SOURCE_NAME = "mlflow.source.name"
SOURCE_TYPE = "mlflow.source.type"
GIT_COMMIT = "mlflow.source.git.commit"
GIT_BRANCH = "mlflow.source.git.branch"
GIT_REMOTE = "mlflow.source.git.repoURL"
RUN_CONTEXT = "MLFLOW_RUN_CONTEXT"
SESSION_NAMES = ("JPY_SESSION_NAME", "VSCODE_NOTEBOOK")

USER_HEADER = "X-Mlplat-User"
"""Names the user to a server that does not know it from credentials, percent-encoded."""


def context_tags() -> Dict[str, str]:
    """Return who runs what from where.

    Raises:
        MlplatException: MLFLOW_RUN_CONTEXT is not a JSON object.
    """
    tags = {USER: user()}
    if "ipykernel" in sys.modules:
        name = next((os.environ[each] for each in SESSION_NAMES if each in os.environ), "notebook")
        tags.update({SOURCE_TYPE: "NOTEBOOK", SOURCE_NAME: name})
        folder = _current_folder()
    else:
        name = sys.argv[0] if getattr(sys, "argv", None) and sys.argv[0] else os.path.basename(sys.executable)
        tags.update({SOURCE_TYPE: "LOCAL", SOURCE_NAME: name})
        folder = os.path.dirname(os.path.abspath(name)) if os.path.isfile(name) else _current_folder()
    if folder is not None:
        tags.update(_git_tags(folder))
    tags.update(_given())
    return tags


def _current_folder() -> Optional[str]:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def user() -> str:
    """Return the name of the user who runs this process."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container whose user id has no name
        return "unknown"


def _git_tags(folder: str) -> Dict[str, str]:
    checkout = find_checkout(folder)
    if checkout is None:
        return {}
    found = {GIT_COMMIT: checkout.commit, GIT_BRANCH: checkout.branch, GIT_REMOTE: checkout.remote}
    return {key: value for key, value in found.items() if value}


def _given() -> Dict[str, str]:
    text = os.environ.get(RUN_CONTEXT)
    if not text:
        return {}
    import json

    try:
        return {str(key): str(value) for key, value in json.loads(text).items()}
    except (ValueError, AttributeError) as error:
        raise MlplatException(f"the variable {RUN_CONTEXT} is not a JSON object: {error}") from error
