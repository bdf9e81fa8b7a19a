"""Options that a variable or a file may set. In: a flag's value. Out: the value in force.

The file of a project is `mlplat.toml` in the current folder or one above it, the user's is
`$XDG_CONFIG_HOME/mlplat/mlplat.toml`; both hold the keys of `Option`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args

from mlplat.configured import FILE_NAME
from mlplat_cli.errors import InvalidInputError

EnvManager = Literal["local", "virtualenv", "uv", "conda"]
"""What makes a project's environment; `local` takes the one that is there."""


class Option(Enum):
    """Every option once: its key in mlplat.toml, the variables that set it (the first that is set wins), its values.

    Args:
        form: a JSON Schema of the values that the key may have. description: what it decides.
    """

    TRACKING_URI = (
        "tracking_uri",
        ("MLPLAT_TRACKING_URI",),
        {"type": "string"},
        "Store: a folder, sqlite:///file.db, a database or http(s)://server; else the nearest .mlplat/ upwards.",
    )
    EXPERIMENT_NAME = (
        "experiment_name",
        ("MLPLAT_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_NAME"),
        {"type": "string"},
        "Experiment that runs go to; made when it is new.",
    )
    EXPERIMENT_ID = (
        "experiment_id",
        ("MLPLAT_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_ID"),
        {"type": ["string", "integer"]},
        "Experiment that runs go to, by id.",
    )
    ENV_MANAGER = (
        "env_manager",
        ("MLPLAT_ENV_MANAGER",),
        {"enum": list(get_args(EnvManager))},
        "What makes environments; local uses the current one.",
    )
    STORAGE_DIR = (
        "storage_dir",
        ("MLPLAT_STORAGE_DIR", "MLFLOW_TMP_DIR"),
        {"type": "string"},
        "Folder that path parameters are downloaded to.",
    )
    SYSTEM_METRICS = (
        "system_metrics",
        ("MLPLAT_SYSTEM_METRICS", "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"),
        {"type": "boolean"},
        "Whether CPU, memory, disk, network and GPU are sampled while a project runs.",
    )
    SYSTEM_METRICS_INTERVAL = (
        "system_metrics_interval",
        ("MLPLAT_SYSTEM_METRICS_INTERVAL", "MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL"),
        {"type": "number", "exclusiveMinimum": 0},
        "Seconds between two samples.",
    )

    def __init__(self, key: str, variables: tuple[str, ...], form: dict[str, Any], description: str) -> None:
        self.key = key
        self.variables = variables
        self.form = form
        self.description = description


def resolve(option: Option, flag: str | None = None) -> str | None:
    """Return the option's value: flag, else variable, else project file, else user file, else None.

    Raises:
        InvalidInputError: a file that is not TOML or has a key that no option has.
    """
    if flag is not None:
        return flag
    for variable in option.variables:
        if value := os.environ.get(variable):
            return value
    for path in _files():
        values = _read(path)
        if option.key in values:
            return str(values[option.key])
    return None


def resolve_switch(option: Option, *, flag: bool | None, default: bool) -> bool:
    """Return a yes-or-no option's value; `true`, `1`, `yes`, `on` and their opposites are understood."""
    value = resolve(option, None if flag is None else str(flag))
    if value is None:
        return default
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if value.lower() not in words:
        raise InvalidInputError(f"{option.key} is {value!r}; it must be true or false")
    return words[value.lower()]


def _files() -> Iterator[Path]:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            yield folder / FILE_NAME
            break
    base = os.environ.get("XDG_CONFIG_HOME")
    user = (Path(base) if base else Path.home() / ".config") / "mlplat" / FILE_NAME
    if user.is_file():
        yield user


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path}: not valid TOML: {error}") from error
    known = {option.key for option in Option}
    for key in values:
        if key not in known:
            raise InvalidInputError(f"{path}: unknown key {key!r}", hint=f"known keys: {', '.join(sorted(known))}")
    return values
