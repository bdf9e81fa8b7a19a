"""Finding what was recorded. In: filters. Out: lists of runs, experiments and models, or a data frame of runs."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, TypeVar

from mlplat.client import MlplatClient
from mlplat.entities import Experiment, Run, ViewType
from mlplat.exceptions import MlplatException
from mlplat.experiments import current_experiment
from mlplat.model_entities import LoggedModel, ModelVersion, RegisteredModel
from mlplat.paged_list import PagedList

T = TypeVar("T")

ALL_RUNS = 100_000
PAGE = 5_000
"""Rows in one answer at most."""

FORMATS = ("list", "pandas")


def search_runs(
    experiment_ids: Optional[List[str]] = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = ALL_RUNS,
    order_by: Optional[List[str]] = None,
    output_format: str = "list",
    search_all_experiments: bool = False,
    experiment_names: Optional[List[str]] = None,
) -> Any:
    """Find runs, newest first unless ordered otherwise.

    Args:
        experiment_ids, experiment_names: where to look, one of the two; the experiment that this process logs to
            unless given, or all with search_all_experiments.
        filter_string: such as `metrics.rmse < 1 AND (params.model = 'tree' OR tags.team LIKE 'a%')`.
        output_format: "list", or "pandas" for a data frame with a column for each attribute, `metrics.…`, `params.…`
            and `tags.…`; times are pandas' own, in UTC.

    Returns:
        A list of `mlplat.Run`, or a data frame.

    Raises:
        MlplatException: the filter is wrong, ids and names are both given, the format is another one, pandas is not
            there, or the store cannot be read.
    """
    if output_format not in FORMATS:
        raise MlplatException(f"output_format is one of {', '.join(FORMATS)}, not {output_format!r}")
    if experiment_ids and experiment_names:
        raise MlplatException("search_runs takes either experiment_ids or experiment_names")
    client = MlplatClient()
    if experiment_names:
        where = _named(client, experiment_names)
    else:
        where = experiment_ids or _where_else(client, search_all_experiments)

    def page(token: Optional[str], most: int) -> PagedList[Run]:
        return client.search_runs(where, filter_string, run_view_type, most, order_by, token)

    runs: List[Run] = _all(page, max_results) if where else []
    if output_format == "list":
        return runs
    from mlplat.frames import frame_of_runs

    return frame_of_runs(runs)


def search_experiments(
    view_type: int = ViewType.ACTIVE_ONLY,
    max_results: Optional[int] = None,
    filter_string: Optional[str] = None,
    order_by: Optional[List[str]] = None,
) -> List[Experiment]:
    """Find experiments, newest first unless ordered otherwise; all of them unless max_results says how many."""
    client = MlplatClient()
    return _all(
        lambda token, most: client.search_experiments(view_type, most, filter_string, order_by, token), max_results
    )


def search_logged_models(
    experiment_ids: Optional[List[str]] = None,
    filter_string: Optional[str] = None,
    datasets: Optional[List[Dict[str, str]]] = None,
    max_results: Optional[int] = None,
    order_by: Optional[List[Dict[str, Any]]] = None,
    output_format: str = "list",
) -> List[LoggedModel]:
    """Find logged models, in the experiment that this process logs to unless others are named."""
    if output_format != "list":
        raise MlplatException(f"output_format of search_logged_models is 'list', not {output_format!r}")
    client = MlplatClient()
    where = experiment_ids or _where_else(client, False)
    return _all(
        lambda token, most: client.search_logged_models(where, filter_string, datasets, most, order_by, token),
        max_results,
    )


def search_registered_models(
    max_results: Optional[int] = None, filter_string: Optional[str] = None, order_by: Optional[List[str]] = None
) -> List[RegisteredModel]:
    """Find registered models."""
    client = MlplatClient()
    return _all(
        lambda token, most: client.search_registered_models(filter_string, min(most, 1000), order_by, token),
        max_results,
    )


def search_model_versions(
    max_results: Optional[int] = None, filter_string: Optional[str] = None, order_by: Optional[List[str]] = None
) -> List[ModelVersion]:
    """Find versions of registered models."""
    client = MlplatClient()
    return _all(lambda token, most: client.search_model_versions(filter_string, most, order_by, token), max_results)


def _named(client: MlplatClient, names: Optional[List[str]]) -> List[str]:
    found = [client.get_experiment_by_name(name) for name in names or ()]
    return [each.experiment_id for each in found if each is not None]


def _where_else(client: MlplatClient, everywhere: bool) -> List[str]:
    if everywhere:
        found = _all(lambda token, most: client.search_experiments(ViewType.ACTIVE_ONLY, most, page_token=token), None)
        return [each.experiment_id for each in found]
    return [current_experiment().experiment_id]


def _all(page: Callable[[Optional[str], int], PagedList[T]], most: Optional[int]) -> List[T]:
    """Ask for page after page until there is no other one, or `most` items are there."""
    found: List[T] = []
    token: Optional[str] = None
    while most is None or len(found) < most:
        answer = page(token, PAGE if most is None else min(PAGE, most - len(found)))
        found += answer
        token = answer.token
        if token is None:
            break
    return found
