"""Models from code: a file of Python that makes a model. In: the file. Out: what it gave to `set_model`."""

from __future__ import annotations

import os
import sys
from itertools import count
from types import ModuleType
from typing import Any, Dict, List, NamedTuple, Optional

from mlplat.exceptions import NOT_FOUND, MlplatException

_models: List[Any] = []
"""What the file that is being run gave to `set_model`."""
_configs: List[Dict[str, Any]] = []
"""The configuration of the file that is being run."""
_numbers = count()


class Made(NamedTuple):
    """A model, and the module that its file became."""

    model: Any
    module: ModuleType


def set_model(model: Any) -> None:
    """Say in a file of Python which object the model is.

    Args:
        model: a `mlplat.pyfunc.PythonModel`, a function, or any object with a `predict`.
    """
    _models[:] = [model]


class ModelConfig:
    """The configuration of a model from code: what it was saved or loaded with, else what its author develops with.

    Args:
        development_config: a dict, or the path of a YAML file.
    """

    def __init__(self, development_config: Any = None) -> None:
        self._values = dict(_configs[-1]) if _configs else config_of(development_config)

    def get(self, key: str) -> Any:
        """Return a value; KeyError when there is none."""
        return self._values[key]

    def to_dict(self) -> Dict[str, Any]:
        """Return all of it."""
        return dict(self._values)


def config_of(given: Any) -> Dict[str, Any]:
    """Return a configuration that is a dict, or the path of a YAML file.

    Raises:
        MlplatException: it is neither.
    """
    if given is None or isinstance(given, dict):
        return dict(given or {})
    from mlplat.models.yaml_text import parse

    try:
        with open(os.fspath(given), encoding="utf-8") as file:
            found = parse(file.read())
    except (OSError, UnicodeDecodeError, TypeError) as error:
        raise MlplatException(f"cannot read the model's configuration {given!r}: {error}", NOT_FOUND) from error
    if not isinstance(found, dict):
        raise MlplatException(f"{given} is no configuration: it holds no keys")
    return found


def run_file(path: str, config: Optional[Dict[str, Any]] = None) -> Made:
    """Run a file of Python, which is trusted, and return the model that it made.

    Raises:
        MlplatException: it is no Python, raises, or gives nothing to `set_model`.
    """
    from mlplat.pyfunc.stand_in import standing_in

    module = ModuleType(f"mlplat.pyfunc.model_code_{next(_numbers)}")
    module.__file__ = path
    sys.modules[module.__name__] = module
    before, _models[:] = list(_models), []
    _configs.extend([config] if config else [])
    try:
        with open(path, encoding="utf-8") as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        with standing_in():
            exec(code, module.__dict__)  # noqa: S102 - it is the model's code, and trusted
        made = list(_models)
    except MlplatException:
        raise
    except OSError as error:
        raise MlplatException(f"cannot read {path}: {error}", NOT_FOUND) from error
    except Exception as error:
        raise MlplatException(f"{path} raises {type(error).__name__}: {error}") from error
    finally:
        _models[:] = before
        del _configs[len(_configs) - (1 if config else 0) :]
    if not made:
        raise MlplatException(f"{path} makes no model: it says which one by mlplat.models.set_model(…)")
    return Made(made[0], module)
