"""What may be logged. In: keys and values as a caller gave them. Out: the same in the form that a journal holds.

The rules are MLflow's: a key has at most 250 letters, digits, `_`, `-`, `.`, spaces, `:` and `/` and means itself as a
path; a parameter has at most 6000 characters, a tag 8000, and longer ones are cut off with a warning.
"""

from __future__ import annotations

import posixpath
from typing import Any, Dict, Optional, Sequence, Set

from mlplat.exceptions import MlplatException
from mlplat.variables import variable

KEY_CHARACTERS = 250
PARAM_CHARACTERS = 6000
TAG_CHARACTERS = 8000
EXPERIMENT_NAME_CHARACTERS = 500
RUN_ID_CHARACTERS = 256
INT64 = 1 << 63
NOT_IN_MODEL_NAMES = ("/", ":", ".", "%", '"', "'")
"""What a logged model's name may not contain."""
NOT_IN_REGISTERED_NAMES = ("/", ":")

_good_keys: Set[str] = set()
_punctuation = frozenset("_-./ :")


def check_key(key: Any, kind: str) -> str:
    """Return the key of a metric, parameter or tag.

    Args:
        kind: what the key is of, for the error.

    Raises:
        MlplatException: it breaks the rule for keys.
    """
    if isinstance(key, str) and key in _good_keys:
        return key
    if not isinstance(key, str) or not key:
        raise MlplatException(f"the key of a {kind} must be a text that is not empty, not {key!r}")
    fault = key_fault(key)
    if fault is not None:
        raise MlplatException(f"the key {key[:KEY_CHARACTERS]!r} of a {kind} {fault}")
    _good_keys.add(key)
    return key


def model_name(name: Any, forbidden: Sequence[str] = NOT_IN_MODEL_NAMES) -> str:
    """Return the name of a logged model, or of a registered one with what that may not contain.

    Raises:
        MlplatException: it is no text, empty, or contains something forbidden.
    """
    if not isinstance(name, str) or not name:
        raise MlplatException(f"the name of a model must be a text that is not empty, not {name!r}")
    for each in forbidden:
        if each in name:
            raise MlplatException(f"the name {name!r} of a model contains {each!r}; it must have none of {forbidden}")
    return name


def key_fault(key: str) -> Optional[str]:
    """Say what is wrong with the key of a metric, parameter or tag that is not empty; None where nothing is."""
    if len(key) > KEY_CHARACTERS:
        return f"has {len(key)} characters; {KEY_CHARACTERS} are allowed"
    for each in key:
        if not (each.isalnum() or each in _punctuation):
            return f"contains {each!r}; letters, digits, spaces and _ - . / : are allowed"
    path = posixpath.normpath(key)
    if path != key:
        return f"would be another path, {path!r}, when read as one"
    if path == "." or path.startswith(("/", "..")):
        return "would lead elsewhere when read as a path"
    return None


def param_text(key: str, value: Any) -> str:
    """Return a parameter's value as text of at most 6000 characters."""
    return _limited(str(value), PARAM_CHARACTERS, f"the parameter {key!r}")


def tag_text(key: str, value: Any) -> str:
    """Return a tag's value as text of at most 8000 characters."""
    return _limited(str(value), TAG_CHARACTERS, f"the tag {key!r}")


def _limited(text: str, limit: int, what: str) -> str:
    if len(text) <= limit:
        return text
    if (variable("TRUNCATE_LONG_VALUES") or "true").lower() in ("false", "0"):
        raise MlplatException(f"{what} has {len(text)} characters; {limit} are allowed")
    import warnings

    warnings.warn(f"{what} has {len(text)} characters and is cut off after {limit}", stacklevel=4)
    return text[:limit]


def metric_number(key: str, value: Any) -> float:
    """Return a metric's value: anything that float() takes, a one-element tensor too.

    Raises:
        MlplatException: it is no number.
    """
    try:
        # Arrays of one element are numbers too, but numpy no longer says so in float().
        return float(value.item() if getattr(value, "ndim", 0) else value)
    except (TypeError, ValueError, OverflowError, RuntimeError, AttributeError) as error:  # RuntimeError: torch's
        raise MlplatException(f"the value {value!r} of the metric {key!r} is no number: {error}") from error


def int64(value: Any, what: str) -> int:
    """Return a step or timestamp; a float loses its fraction.

    Raises:
        MlplatException: it is no integer of 64 bits.
    """
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise MlplatException(f"the {what} {value!r} of a metric is no integer: {error}") from error
    if not -INT64 <= number < INT64:
        raise MlplatException(f"the {what} {number} of a metric does not fit into 64 bits")
    return number


def check_run_id(run_id: Any) -> str:
    """Return a run's id.

    Raises:
        MlplatException: it is not 1 to 256 ASCII letters, digits, `_` and `-` that begin with a letter or digit.
    """
    if not isinstance(run_id, str) or not is_run_id(run_id):
        raise MlplatException(f"{run_id!r} cannot be the id of a run")
    return run_id


def is_run_id(text: str) -> bool:
    """Tell whether a text can be the id of a run."""
    if not text.isascii() or not text[:1].isalnum() or len(text) > RUN_ID_CHARACTERS:
        return False
    return all(each.isalnum() or each in "_-" for each in text)


def check_keys(values: Any, kind: str) -> Dict[str, Any]:
    """Return a dict whose every key was checked.

    Args:
        values: a dict, or a mapping of another kind, as libraries for configurations have them.

    Raises:
        MlplatException: it is no mapping, or a key breaks the rule.
    """
    if not hasattr(values, "items"):
        raise MlplatException(f"{kind}s are given as a dict, not as {type(values).__name__}")
    return {check_key(key, kind): value for key, value in values.items()}


def artifact_path(path: Any) -> str:
    """Return the place of an artifact below its run's artifacts, a normal POSIX path.

    Raises:
        MlplatException: it is empty or absolute, or leaves the run's artifacts.
    """
    text = path if isinstance(path, str) else str(path)
    normal = posixpath.normpath(text)
    if not text or "\0" in text or normal == "." or text.startswith("/") or ".." in text.split("/"):
        raise MlplatException(
            f"{text!r} cannot be the path of an artifact: it must be relative and must not contain '..'"
        )
    return normal
