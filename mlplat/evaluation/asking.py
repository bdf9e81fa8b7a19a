"""The model that is evaluated. In: an address, a loaded model, an estimator or a function. Out: its answers to data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from mlplat.exceptions import MlplatException

if TYPE_CHECKING:
    from mlplat.models.loading import LoadedPredictor
    from mlplat.models.trust import Trust


class Answers(NamedTuple):
    """What a model says of data.

    Attributes:
        predictions: an array. probabilities: a column for each of `classes`; None where it has none.
        classes: an array in the order of those columns.
        score: the model's own measure of itself (`score`), where it is not one of the metrics; None where it has none.
    """

    predictions: Any
    probabilities: Any = None
    classes: Any = None


class Asked(NamedTuple):
    """A model that can be asked.

    Attributes:
        predict: gives predictions for features. native: the framework's own model, where there is one.
        model_id: of the logged model, where it is one.
        prepare: brings features into the form that the native model takes.
    """

    predict: Callable[[Any], Any]
    native: Any = None
    model_id: Optional[str] = None
    prepare: Callable[[Any], Any] = lambda features: features


def asked_of(model: Any, trust: bool = False) -> Asked:
    """Return a model as one that can be asked.

    Args:
        model: an address (`models:/…`, `runs:/…`, a folder), a model that was loaded, an estimator with `predict`, or
            a function of features.
        trust: whatever code the model's files hold may run.

    Raises:
        MlplatException: it is none of these, or cannot be loaded.
    """
    from mlplat.models.loading import LoadedPredictor

    if isinstance(model, str) or hasattr(model, "__fspath__"):
        from mlplat.models.address import fetch
        from mlplat.models.trust import Trust

        return loaded(fetch(model), Trust(trust))
    if isinstance(getattr(model, "loaded", None), LoadedPredictor):  # of mlplat.pyfunc
        return _answering(model.loaded)
    if hasattr(model, "get_raw_model"):  # of mlflow.pyfunc
        return Asked(model.predict, model.get_raw_model(), model.metadata.model_id)
    if hasattr(model, "predict"):
        return Asked(model.predict, model)
    if callable(model):
        return Asked(model)
    raise MlplatException(f"a {type(model).__name__} is no model: it has no predict() and is no address or function")


def loaded(folder: str, trust: Trust) -> Asked:
    """Load a model from its folder.

    Raises:
        MlplatException: it is none, or it is not trusted.
    """
    from mlplat.models.loading import load_predictor

    return _answering(load_predictor(folder, trust))


def _answering(model: LoadedPredictor) -> Asked:
    def prepare(features: Any) -> Any:
        return _as_wanted(features, model)

    return Asked(lambda features: model.predict(prepare(features)), model.native, model.described.model_id, prepare)


def _as_wanted(features: Any, model: Any) -> Any:
    """Return features as the model's signature wants them; a dict of columns needs no pandas where an array will do."""
    from mlplat.models.enforcement import enforce_schema

    schema = None if model.signature is None else model.signature.inputs
    if isinstance(features, dict):
        features = _frame(_as_numbers(features, schema), model, schema)
        if features is None:
            raise MlplatException(
                "the model's environment has no pandas, and the model cannot be asked without the columns' names"
            )
    if type(features).__name__ == "ndarray" and schema is not None and schema.has_input_names() and model.takes_arrays:
        return features
    return enforce_schema(features, schema)


def _as_numbers(columns: Any, schema: Any) -> Any:
    """Make floats of whole numbers where the model takes floats: a file does not tell 3 from 3.0."""
    import numpy

    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return columns
    floats = {each.name for each in schema.inputs if str(getattr(each.type, "name", "")) in ("double", "float")}
    return {
        name: numpy.asarray(values, dtype=float)
        if name in floats and numpy.asarray(values).dtype.kind in "iu"
        else values
        for name, values in columns.items()
    }


def _frame(columns: Any, model: Any, schema: Any) -> Any:
    """Return a data frame of columns; without pandas an array in the signature's order, or None."""
    import numpy

    try:
        import pandas

        return pandas.DataFrame(columns)
    except ImportError:
        if not model.takes_arrays:
            return None
    names = schema.input_names() if schema is not None and schema.has_input_names() else list(columns)
    missing = [name for name in names if name not in columns]
    if missing:
        raise MlplatException(f"the data has no column {missing[0]!r}, which the model needs") from None
    return numpy.column_stack([numpy.asarray(columns[name]) for name in names])


def answers_of(asked: Asked, features: Any) -> Answers:
    """Ask a model for predictions, and for probabilities where it can give them.

    Raises:
        MlplatException: it cannot answer; the error names the model's own.
    """
    import numpy

    predictions = numpy.atleast_1d(numpy.asarray(asked.predict(features)))
    if predictions.ndim > 1 and predictions.size == len(predictions):
        predictions = predictions.ravel()
    native = asked.native
    if predictions.ndim == 1 and hasattr(native, "predict_proba") and getattr(native, "classes_", None) is not None:
        probabilities = numpy.asarray(native.predict_proba(asked.prepare(features)))
        return Answers(predictions, probabilities, numpy.asarray(native.classes_))
    return Answers(predictions)
