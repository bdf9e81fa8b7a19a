"""The name `mlflow` for code that was written for it. In: nothing. Out: modules of that name where it is absent.

Models that MLflow wrote, and models from code, import `mlflow`. While such a model is loaded or asked, and only where
no package of that name is found, the name leads to this library, which has the same names.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any, Iterator, List, Optional

STOCK, OWN = "mlflow", "mlplat"
_STOCK_ONLY = "mlplat.pyfunc.stock_names"
_HOMES = {
    "mlflow.pyfunc.utils": _STOCK_ONLY,
    "mlflow.pyfunc.utils.data_validation": _STOCK_ONLY,
    "mlflow.pyfunc.model": _STOCK_ONLY,
    "mlflow.models.signature": _STOCK_ONLY,
    "mlflow.models.utils": _STOCK_ONLY,
    "mlflow.models.model_config": _STOCK_ONLY,
}
"""What stands in for modules whose names are not all in ours."""

_lock = RLock()
_users = 0
_made: List[str] = []
"""Names that stand in now."""


class StandIn(ModuleType):
    """A module under MLflow's name whose attributes are those of one of ours."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        own = import_module(_home(self.__name__))
        try:
            return getattr(own, name)
        except AttributeError:
            raise AttributeError(
                f"the model uses {self.__name__}.{name}, which mlplat does not have: install mlflow beside the model"
            ) from None


class _Finder:
    """Finds `mlflow` where nobody else does: it is the last that Python asks."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        package, _, inner = name.partition(".")
        if package != STOCK or (inner and not isinstance(sys.modules.get(STOCK), StandIn)) or not _is_known(name):
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        _made.append(spec.name)
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the attributes are looked up when they are asked for."""


_finder = _Finder()


@contextmanager
def standing_in() -> Iterator[None]:
    """Let `import mlflow` work inside, in this process, where it is not installed."""
    global _users  # noqa: PLW0603 - several threads may be inside
    with _lock:
        if _users == 0:
            sys.meta_path.append(_finder)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                sys.meta_path.remove(_finder)
                for name in _made:
                    if isinstance(sys.modules.get(name), StandIn):
                        del sys.modules[name]
                _made.clear()


def stands_for(name: str) -> bool:
    """Tell whether a dotted name of MLflow's, such as `mlflow.pyfunc.PythonModel.predict`, leads to something here."""
    module = STOCK
    for part in name.split(".")[1:]:
        inner = f"{module}.{part}"
        if not _is_known(inner):
            return hasattr(import_module(_home(module)), part)  # what hangs on it is its own affair
        module = inner
    return True


def _home(name: str) -> str:
    return _HOMES.get(name, OWN + name[len(STOCK) :])


def _is_known(name: str) -> bool:
    try:
        import_module(_home(name))
    except ImportError:
        return False
    return True
