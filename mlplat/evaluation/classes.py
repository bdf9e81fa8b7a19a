"""Which classes there are. In: targets and a model's answers. Out: each row's class and prediction as numbers."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from mlplat.evaluation.asking import Answers
from mlplat.evaluation.settings import Settings
from mlplat.exceptions import MlplatException

TWO = 2
_SIGNS = ({0, 1}, {-1, 1}, {0}, {1}, {-1})


class Classes(NamedTuple):
    """Rows of a classification, by the numbers of classes.

    Attributes:
        names: of all classes, an array in order. true, predicted: numbers of classes, a row each.
        probabilities: a column a class in the order of names; None where the model gives none.
        positive: the number of the class that is looked for, where there are two; None where there are more.
    """

    names: Any
    true: Any
    predicted: Any
    probabilities: Any
    positive: Optional[int]


def classes_of(targets: Any, answers: Answers, settings: Settings) -> Classes:
    """Give each class a number.

    A model may answer with classes, with a column of probabilities a class, or, where there are two classes, with the
    probability of the greater one.

    Raises:
        MlplatException: a target is missing, or pos_label is none of the classes.
    """
    import numpy

    _refuse_missing(targets)
    known = numpy.unique(targets if settings.label_list is None else numpy.asarray(settings.label_list))
    answered = _as_classes(answers, known)
    names = numpy.union1d(known, answered.predictions)
    if answered.classes is not None:
        names = numpy.union1d(names, answered.classes)
    probabilities = None
    if answered.probabilities is not None:
        probabilities = numpy.zeros((len(targets), len(names)), dtype=answered.probabilities.dtype)
        probabilities[:, numpy.searchsorted(names, answered.classes)] = answered.probabilities
    return Classes(
        names,
        numpy.searchsorted(names, targets),
        numpy.searchsorted(names, answered.predictions),
        probabilities,
        _positive(names, settings.pos_label),
    )


def _refuse_missing(targets: Any) -> None:
    import numpy

    missing = [row for row, value in enumerate(targets.tolist()) if value is None or value != value]  # noqa: PLR0124 - NaN is not itself
    if missing:
        raise MlplatException(f"targets: row {missing[0]} has no class ({len(missing)} rows in all)")
    if targets.dtype == object:
        kinds = {type(each).__name__ for each in targets.tolist()}
        if len(kinds) > 1:
            raise MlplatException(f"targets are of one type, not {' and '.join(sorted(kinds))}")
    if numpy.ndim(targets) != 1:
        raise MlplatException(f"targets have one class a row, not the shape {targets.shape}")


def _as_classes(answers: Answers, known: Any) -> Answers:
    """Return answers whose predictions are classes, where the model answered with probabilities."""
    import numpy

    given = answers.predictions
    if given.ndim == TWO and given.shape[1] == len(known):
        return Answers(known[given.argmax(axis=1)], given, known)
    if given.ndim != 1:
        raise MlplatException(
            f"predictions have one class a row, or a column for each of {len(known)} classes, not {given.shape}"
        )
    is_share = given.dtype.kind == "f" and len(known) == TWO and not numpy.isin(given, known).all()
    if is_share and ((given >= 0) & (given <= 1)).all():
        return Answers(known[(given >= 0.5).astype(int)], numpy.column_stack([1 - given, given]), known)  # noqa: PLR2004 - the more likely of two
    return Answers(_like(given, known), answers.probabilities, answers.classes)


def _like(predictions: Any, known: Any) -> Any:
    """Return predictions in the targets' type, where one has numbers as texts or as objects."""
    import numpy

    if predictions.dtype == known.dtype or (known.dtype.kind in "biuf" and predictions.dtype.kind in "biuf"):
        return predictions
    if known.dtype.kind in "UO" and predictions.dtype.kind in "UO":
        return predictions.astype(known.dtype.kind if known.dtype.kind == "O" else str)
    raise MlplatException(
        f"targets are {known.dtype} and predictions {predictions.dtype}: they cannot be compared "
        f"({numpy.asarray(known[:1]).tolist()} and {predictions[:1].tolist()})"
    )


def _positive(names: Any, given: Any) -> Optional[int]:
    """Return the number of the class that is looked for; None where there is none such."""
    if given is not None:
        if given not in names.tolist():
            raise MlplatException(f"pos_label {given!r} is none of the classes {names.tolist()}")
        return int(names.tolist().index(given)) if len(names) <= TWO else None
    if len(names) > TWO or names.dtype.kind not in "biuf":
        return None
    return len(names) - 1 if {int(each) for each in names} in _SIGNS else None
