"""Types that a skops file may hold besides those that skops itself trusts. In: a type's name. Out: whether it may."""

from __future__ import annotations

SKLEARN = frozenset(["sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"])


def allowed(name: str) -> bool:
    """Tell whether a type may be made from a file."""
    return name in SKLEARN
