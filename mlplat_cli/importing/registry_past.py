"""The past of a registered model. In: a store of mlplat, here or behind a server. Out: a `RegistryPast`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mlplat_cli.entities import ModelVersion, RegistryPast, all_items
from mlplat_cli.store.interface import Store

_AT_ONCE = 1000


def read_past(store: Store, name: str) -> RegistryPast:
    """Read the history of a registered model and its gates; NotSupportedError from a server that keeps neither."""
    found = all_items(lambda token: store.registry_history(name, max_results=_AT_ONCE, page_token=token))
    gates = tuple(store.gates(name))
    return RegistryPast(changes=tuple(found)[::-1], gates=gates, checks=tuple(store.gate_checks(name)) if gates else ())


def past_of_versions(past: RegistryPast, versions: Sequence[ModelVersion]) -> RegistryPast:
    """Leave out what tells of other versions."""
    kept = {None, *(version.version for version in versions)}
    changes = tuple(change for change in past.changes if change.version in kept)
    return replace(past, changes=changes, checks=tuple(each for each in past.checks if each.version in kept))
