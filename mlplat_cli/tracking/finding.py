"""What a person means. In: an id, its beginning, or a name. Out: the one run or experiment that it names."""

from __future__ import annotations

import re

from mlplat_cli.entities import Experiment, Run, ViewType, all_items
from mlplat_cli.errors import InvalidInputError, NotFoundError
from mlplat_cli.store.interface import Store

_PREFIX = r"[0-9a-zA-Z_-]{4,256}"
_SHOWN = 5


def find_run(store: Store, reference: str) -> Run:
    """Return the run with that id, the id's beginning (four characters or more) or that name; deleted ones too.

    Raises:
        NotFoundError: nothing fits. InvalidInputError: several do.
    """
    try:
        return store.get_run(reference)
    except (NotFoundError, InvalidInputError):  # some stores refuse what cannot be an id
        pass
    everywhere = all_experiment_ids(store)
    found = _named(store, everywhere, reference)
    if not found and re.fullmatch(_PREFIX, reference):
        found = list(_search(store, everywhere, f"attributes.run_id LIKE '{reference}%'"))
    if not found:
        raise NotFoundError(f"no run has the id or name {reference!r}", hint="list them with: mlplat runs list")
    if len(found) > 1:
        ids = ", ".join(run.info.run_id for run in found[:_SHOWN])
        raise InvalidInputError(f"{reference!r} fits several runs: {ids}", hint="give the whole id")
    return found[0]


def named_or_newest_run(store: Store, reference: str | None) -> Run:
    """Return the run that a reference means, or the newest when there is none; errors as of the two."""
    return find_run(store, reference) if reference else newest_run(store)


def newest_run(store: Store) -> Run:
    """Return the active run that started last.

    Raises:
        NotFoundError: there is none.
    """
    found = store.search_runs(all_experiment_ids(store), max_results=1).items
    if not found:
        raise NotFoundError("there is no run yet", hint="make one with: mlplat run PROJECT")
    return found[0]


def find_experiment(store: Store, reference: str) -> Experiment:
    """Return the experiment with that name, or else that id; deleted ones too.

    Raises:
        NotFoundError: nothing fits.
    """
    by_name = store.find_experiment(reference)
    if by_name is not None:
        return by_name
    try:
        return store.get_experiment(reference)
    except (NotFoundError, InvalidInputError) as error:
        raise NotFoundError(
            f"no experiment has the id or name {reference!r}", hint="list them with: mlplat experiments list"
        ) from error


def all_experiment_ids(store: Store) -> list[str]:
    """Return the id of every experiment, deleted ones included."""
    found = all_items(lambda token: store.search_experiments(view=ViewType.ALL, page_token=token))
    return [experiment.experiment_id for experiment in found]


def _search(store: Store, experiments: list[str], filter: str) -> tuple[Run, ...]:
    return tuple(store.search_runs(experiments, filter=filter, view=ViewType.ALL, max_results=_SHOWN + 1).items)


def _named(store: Store, experiments: list[str], name: str) -> list[Run]:
    # A filter's text cannot hold both kinds of quotes: one of them is left open and looked at afterwards.
    quote, compare = ('"', "=") if '"' not in name else ("'", "=" if "'" not in name else "LIKE")
    text = name.replace("'", "_") if compare == "LIKE" else name
    runs = _search(store, experiments, f"attributes.run_name {compare} {quote}{text}{quote}")
    return [run for run in runs if run.info.run_name == name]
