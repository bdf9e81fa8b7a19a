"""Types that a skops file may hold besides those that skops itself trusts. In: a type's name. Out: whether it may."""

from __future__ import annotations

SKLEARN = frozenset(["sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"])

LIGHTGBM = frozenset(
    [
        "collections.OrderedDict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRanker",
        "lightgbm.sklearn.LGBMRegressor",
    ]
)
"""Its trees are text within the file, which its own parser reads."""


def allowed(name: str) -> bool:
    """Tell whether a type may be made from a file."""
    return name in SKLEARN or name in LIGHTGBM
