"""What every answer works with. In: what `build_app` was given. Out: one value handed to each call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlplat_cli.artifacts import Layout
from mlplat_cli.store.interface import Store


@dataclass(frozen=True, slots=True)
class Service:
    """The store and its surroundings.

    Args:
        store: answers everything but bytes. home: the store's folder (`.mlplat`).
        layout: where proxied artifacts lie.
        owner: the journal whose writer keeps runs made over REST alive; None when nobody can be watched.
        serves_artifacts: whether artifacts are read and written through this server.
    """

    store: Store
    home: Path
    layout: Layout
    owner: str | None
    serves_artifacts: bool = True
