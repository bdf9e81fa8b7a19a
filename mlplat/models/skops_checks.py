"""Numbers that compiled code believes. In: an object made from a file. Out: nothing, or an error.

Trees of scikit-learn and its search trees index memory by numbers that they hold, without looking at them: a file with
crafted ones would read outside of an array, or never end. They are checked here, once, before the object is used.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Iterable

from mlplat.exceptions import MlplatException
from mlplat.models.object_graph import parts_of

LEAF = -1
HANDS_ON = frozenset(("BaseForest", "BaseGradientBoosting", "IsolationForest"))
"""Kinds of estimators that hand their trees data which the trees do not look at."""


def check(model: Any) -> None:
    """Look at every part of an object that was made from a file.

    Raises:
        MlplatException: a part holds numbers that no fitted model holds.
    """
    for part in parts_of(model, sys.maxsize):
        owner = type(part)
        if str(owner.__module__).startswith(("sklearn.", "scipy.")):
            known = _CHECKS.get(owner.__name__)
            if known is not None and not known(part):
                raise _wrong(part)
            if not _widths_agree(part):
                raise _wrong(part)


def _wrong(part: Any) -> MlplatException:
    return MlplatException(
        f"the file holds a {type(part).__name__} whose numbers no fitted model has; it is damaged, or made to do harm"
    )


def _tree(part: Any) -> bool:
    """Children come after their parent, so that a walk ends, and every split is of a feature that there is."""
    import numpy

    nodes = part.node_count
    own = numpy.arange(nodes)
    left, right, feature = part.children_left, part.children_right, part.feature
    inner = left != LEAF
    links = _between(left[inner], own[inner] + 1, nodes) and _between(right[inner], own[inner] + 1, nodes)
    return bool(nodes > 0 and links and _between(feature[inner], 0, part.n_features))


def _histogram_tree(part: Any) -> bool:
    import numpy

    nodes = part.nodes
    own = numpy.arange(len(nodes))
    inner = nodes["is_leaf"] == 0
    links = all(_between(nodes[side][inner].astype("int64"), own[inner] + 1, len(nodes)) for side in ("left", "right"))
    categorical = inner & (nodes["is_categorical"] != 0)
    sets = min(len(part.raw_left_cat_bitsets), len(part.binned_left_cat_bitsets))
    bits = _between(nodes["bitset_idx"][categorical].astype("int64"), 0, sets)
    return bool(len(nodes) > 0 and links and bits and _between(nodes["feature_idx"][inner].astype("int64"), 0, 1 << 31))


def _search_tree(part: Any) -> bool:
    """Every node's points are there, and every node that is no leaf has both its children."""
    import numpy

    data, order, nodes, bounds = (numpy.asarray(each) for each in part.get_arrays())
    points, columns = data.shape
    count = len(nodes)
    inner = numpy.arange(count)[nodes["is_leaf"] == 0]
    first, last = nodes["idx_start"], nodes["idx_end"]
    return bool(
        len(order) == points
        and _between(order, 0, points)
        and _between(first, 0, points + 1)
        and _between(last, first, points + 1)
        and _between(2 * inner + 2, 0, count)
        and bounds.shape[1:] == (count, columns)
    )


def _spline(part: Any) -> bool:
    degree, knots = part.k, part.t
    return bool(knots.ndim == 1 and degree >= 0 and degree + 1 <= knots.size - degree - 1 <= part.c.shape[0])


def _widths_agree(part: Any) -> bool:
    """Tell whether an estimator looks at as many features as its trees do: it hands them data that it looked at."""
    state: Dict[str, Any] = getattr(part, "__dict__", None) or {}
    width = state.get("n_features_in_")
    tree = state.get("tree_")
    if tree is not None and type(tree).__name__ == "Tree" and width != tree.n_features:
        return False
    if HANDS_ON & {each.__name__ for each in type(part).__mro__}:
        for index, inner in enumerate(_flat(state.get("estimators_"))):
            own = inner.tree_.n_features
            if own != width and not _is_of_subset(state, index, own):
                return False
    for predictor in _flat(state.get("_predictors")):
        features = predictor.nodes["feature_idx"][predictor.nodes["is_leaf"] == 0]
        if not isinstance(width, int) or not _between(features.astype("int64"), 0, width):
            return False
    return True


def _is_of_subset(state: Dict[str, Any], index: int, width: Any) -> bool:
    """Tell whether this is one of a bag's estimators, each of which sees some of the features."""
    chosen = state.get("estimators_features_")
    return chosen is not None and index < len(chosen) and len(chosen[index]) == width


def _flat(value: Any) -> Iterable[Any]:
    if isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray":
        for each in value:
            yield from _flat(each)
    elif value is not None:
        yield value


def _between(values: Any, low: Any, high: Any) -> bool:
    """Tell whether every value is at least `low` and less than `high`."""
    return bool(((values >= low) & (values < high)).all())


_CHECKS: Dict[str, Callable[[Any], bool]] = {
    "Tree": _tree,
    "TreePredictor": _histogram_tree,
    "BSpline": _spline,
    **{f"{kind}{bits}": _search_tree for kind in ("KDTree", "BallTree") for bits in ("", "32", "64")},
}
