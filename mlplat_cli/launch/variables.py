"""The child's environment. In: the run, the store's loopback address, the built environment. Out: variables.

Each MLFLOW_* variable that the stock clients read has an MLPLAT_* twin that the in-process library reads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.settings.address import LOCAL_STORE_VARIABLE, StoreAddress

LOOPBACK_USER = "mlplat"


@dataclass(frozen=True, slots=True)
class Connection:
    """How the project's process reaches the store.

    Args:
        url: of the REST protocol, on loopback or of the server that has the store.
        secret: made for this run, accepted as token or password; None for a server, which knows the caller's own.
        address: of the store itself, for the library's journal and for nested `mlplat` commands.
    """

    url: str
    secret: str | None
    address: StoreAddress


def child_variables(
    *,
    run_id: str,
    experiment_id: str | None,
    experiment_name: str,
    connection: Connection,
    environment: Mapping[str, str],
    library: Path,
    inherited: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return the whole environment of the project's process.

    Args:
        experiment_id, experiment_name: None and empty where they are not known.
        environment: what the built environment sets (PATH, VIRTUAL_ENV).
        library: folder that holds the `mlplat` package alone.
        inherited: this process's own variables.
    """
    left_out = _NOT_INHERITED if connection.secret is None else _NOT_INHERITED | _SERVER_ACCESS
    variables = {name: value for name, value in inherited.items() if name not in left_out}
    variables |= environment
    for prefix in ("MLFLOW", "MLPLAT"):
        variables |= {f"{prefix}_RUN_ID": run_id, f"{prefix}_TRACKING_URI": connection.url}
        if experiment_id is not None:
            variables[f"{prefix}_EXPERIMENT_ID"] = experiment_id
    if experiment_name:
        # The stock client would take the name for another experiment than the id's; the library knows it is the same.
        variables["MLPLAT_EXPERIMENT_NAME"] = experiment_name
    variables |= _access(connection, inherited)
    return variables | {
        "MLPLAT_JOURNAL_DIR": str(connection.address.journals),
        LOCAL_STORE_VARIABLE: connection.address.uri,
        "PYTHONPATH": _joined(str(library), inherited.get("PYTHONPATH")),
        # Output is shown and stored as it is written, not when a buffer fills up.
        "PYTHONUNBUFFERED": "1",
    }


def _access(connection: Connection, inherited: Mapping[str, str]) -> dict[str, str]:
    if connection.secret is None:
        # The stock client does not know our name of the token.
        token = inherited.get("MLPLAT_TRACKING_TOKEN")
        return {"MLFLOW_TRACKING_TOKEN": token} if token else {}
    found = {
        "MLPLAT_TRACKING_TOKEN": connection.secret,
        "MLFLOW_TRACKING_TOKEN": connection.secret,
        # A user and password win over a token in the stock client, and would be read from ~/.mlflow/credentials.
        "MLFLOW_TRACKING_USERNAME": LOOPBACK_USER,
        "MLFLOW_TRACKING_PASSWORD": connection.secret,
        # The stock client would print links to pages of a server that ends with the run.
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    }
    for name in ("NO_PROXY", "no_proxy"):
        found[name] = _joined("127.0.0.1,localhost", inherited.get(name), separator=",")
    return found


_NOT_INHERITED = frozenset(
    {
        "MLFLOW_EXPERIMENT_ID",
        "MLFLOW_EXPERIMENT_NAME",
        "MLFLOW_REGISTRY_URI",
        "MLPLAT_EXPERIMENT_ID",
        "MLPLAT_EXPERIMENT_NAME",
        "PYTHONHOME",
        # Set by a Python launcher for itself alone; it would point the project's interpreter at ours.
        "__PYVENV_LAUNCHER__",
    }
)
_SERVER_ACCESS = frozenset(
    {
        "MLFLOW_TRACKING_AUTH",
        "MLFLOW_TRACKING_AWS_SIGV4",
        "MLFLOW_TRACKING_INSECURE_TLS",
        "MLFLOW_WORKSPACE",
    }
)
"""What leads to a server of the user's, and means nothing to the one on loopback."""


def _joined(first: str, rest: str | None, separator: str = os.pathsep) -> str:
    return f"{first}{separator}{rest}" if rest else first
