"""Trainings that record themselves. In: one call before them. Out: runs with parameters, metrics, data and the model.

`frameworks` knows each framework, `import_hook` waits for its import, `patching` replaces its functions and brings
them back, `training` records one call of them; the frameworks' own modules say what there is to record.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from mlplat.autologging.frameworks import HOMES, enable
from mlplat.exceptions import MlplatException

__all__ = ["autolog"]


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    log_traces: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    extra_tags: Optional[Dict[str, str]] = None,
    exclude_flavors: Optional[List[str]] = None,
) -> None:
    """Record the trainings of every framework that is there, or is imported later; nothing is imported for it.

    What a framework was told by its own `autolog` counts before what this says.

    Args:
        log_input_examples: keep a few rows of the training data with the model.
        log_model_signatures: say in the model what it takes and gives.
        log_models: keep the trained model. log_datasets: record name and digest of the data.
        log_traces: accepted for MLflow's sake; trainings have no traces.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of a framework alone that this was not tested with.
        silent: no warnings. extra_tags: of runs that a training starts.
        exclude_flavors: frameworks that are left alone, such as "sklearn".

    Raises:
        MlplatException: a framework to leave out is not known.
    """
    given = dict(locals())
    for name in ("exclude_flavors", "log_traces"):
        del given[name]
    left_out = _known(exclude_flavors or [])
    for name in HOMES:
        if name not in left_out:
            enable(name, given, explicit=False)


def _known(names: List[str]) -> List[Any]:
    for name in names:
        if name not in HOMES:
            raise MlplatException(f"exclude_flavors: {name!r} is none of {', '.join(sorted(HOMES))}")
    return names
