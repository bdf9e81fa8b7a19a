"""Trainings of Keras that record themselves. In: `autolog`. Out: the `fit` of its models watched."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Optional, Tuple

from mlplat.autologging.datasets import described
from mlplat.autologging.frameworks import Framework, enable
from mlplat.autologging.model_logging import EXAMPLE_ROWS, begin_model, log_model
from mlplat.autologging.patching import patch
from mlplat.autologging.training import Arguments, Observer, observed

NAME = "keras"
OWN: Dict[str, Any] = {
    "log_every_epoch": True,
    "log_every_n_steps": None,
    "save_exported_model": False,
    "save_model_kwargs": None,
}
PARAMS = (
    "batch_size",
    "epochs",
    "validation_split",
    "shuffle",
    "initial_epoch",
    "steps_per_epoch",
    "validation_steps",
    "validation_batch_size",
    "validation_freq",
)
BATCH = 32
"""Rows of a batch where neither the call nor the data says: Keras' own."""

TABLE = 2
"""Dimensions of data whose columns can be summarized."""


def autolog(
    log_every_epoch: bool = True,
    log_every_n_steps: Optional[int] = None,
    log_models: bool = True,
    log_model_signatures: bool = True,
    save_exported_model: bool = False,
    log_datasets: bool = True,
    log_input_examples: bool = False,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    registered_model_name: Optional[str] = None,
    save_model_kwargs: Optional[Dict[str, Any]] = None,
    extra_tags: Optional[Dict[str, str]] = None,
) -> None:
    """Record every `fit` of a Keras model: parameters, metrics, the model's summary, data and model.

    Args:
        log_every_epoch: record metrics at the end of each epoch; the step is the epoch.
        log_every_n_steps: record them every so many batches instead; the step counts batches.
        log_models: keep the trained model. save_exported_model, save_model_kwargs: as in `mlplat.keras.log_model`.
        log_model_signatures: say in the model what it takes and gives.
        log_datasets: record name and digest of the data.
        log_input_examples: keep a few rows of the training data with the model.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of Keras alone that this was not tested with.
        silent: no warnings. registered_model_name: register every model under this name.
        extra_tags: of runs that a training starts.
    """
    enable(NAME, dict(locals()))


class Fit(Observer):
    """Watches one `fit`, by a callback of Keras."""

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Record parameters and data, and add a callback."""
        import keras

        bound = inspect.signature(keras.Model.fit).bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        self.model, self.data = args[0], given["x"]
        begin_model(self.training)
        plain = {name: given[name] for name in PARAMS if name in given}
        if plain["batch_size"] is None:
            plain["batch_size"] = _batch_size(self.data)
        self.training.params({**plain, **_optimizer(self.model)})
        self.training.dataset(lambda: _described(self.data, given.get("y"), "train"), "train")
        validation = given.get("validation_data")
        if isinstance(validation, (tuple, list)):
            self.training.dataset(lambda: _described(validation[0], validation[1], "eval"), "eval")
        self.stopping = [each for each in _listed(given["callbacks"]) if type(each).__name__ == "EarlyStopping"]
        if hasattr(given["callbacks"], "append") and not isinstance(given["callbacks"], list):
            given["callbacks"].append(_callback(self))
        else:
            given["callbacks"] = [*_listed(given["callbacks"]), _callback(self)]
        return bound.args, bound.kwargs

    def after(self, result: Any) -> None:
        """Record where the training stopped, and the model."""
        for each in self.stopping:
            if each.stopped_epoch:
                self.training.metrics({"stopped_epoch": each.stopped_epoch})
            if each.restore_best_weights and each.best_weights is not None:
                self.training.metrics({"restored_epoch": each.best_epoch})
        example = self.training.attempt("taking an example", _example, self.data)
        names = {"save_exported_model": "save_exported_model", "save_model_kwargs": "save_model_kwargs"}
        log_model(
            self.training,
            self.model,
            self.data if getattr(self.data, "ndim", 0) == TABLE else None,
            example=example,
            predict=lambda rows: self.model.predict(rows, verbose=0),
            options=[{name: self.training.options[option] for name, option in names.items()}],
        )

    def summarize(self) -> None:
        """Keep the model's summary as Keras prints it."""
        lines: list[str] = []

        def take(line: str, **_: Any) -> None:
            lines.append(line)

        self.model.summary(print_fn=take)
        self.training.text("model_summary.txt", lambda: "\n".join(lines))


def _callback(fit: Fit) -> Any:
    """Return a callback of Keras that records while the model is trained."""
    import keras

    training = fit.training
    every = training.options["log_every_n_steps"]

    class Recording(keras.callbacks.Callback):  # type: ignore[misc]
        """Sees batches and epochs end."""

        batches = 0

        def on_train_begin(self, logs: Any = None) -> None:
            """Keep the model's summary: it is built by now."""
            training.attempt("the model's summary", fit.summarize)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            """Record a batch's metrics, where that is wanted."""
            self.batches += 1
            if every and self.batches % every == 0:
                training.metrics(dict(logs or {}), step=self.batches)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """Record an epoch's metrics."""
            values = dict(logs or {})
            if every:  # those of the batches are there already
                training.metrics({key: value for key, value in values.items() if key.startswith("val_")}, self.batches)
            elif training.options["log_every_epoch"]:
                training.metrics(values, step=epoch)

    return Recording()


def _listed(callbacks: Any) -> Any:
    if callbacks is None:
        return []
    return list(getattr(callbacks, "callbacks", callbacks)) if not isinstance(callbacks, list) else callbacks


def _optimizer(model: Any) -> Dict[str, Any]:
    """Return name and settings of a model's optimizer, the learning rate as a number or as its schedule's settings."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    found: Dict[str, Any] = {}
    for key, value in optimizer.get_config().items():
        if isinstance(value, dict) and "class_name" in value:
            found[f"optimizer_{key}"] = value["class_name"]
            found.update({f"optimizer_{key}_{name}": each for name, each in value.get("config", {}).items()})
        else:
            found[f"optimizer_{key}"] = value
    return found


def _batch_size(data: Any) -> Any:
    """Return how many rows a batch has: what the data says, or Keras' own number for arrays; None where unknown."""
    if hasattr(data, "batch_size"):
        return data.batch_size
    if hasattr(data, "_batch_size"):  # of a tf.data.Dataset, a tensor
        return int(data._batch_size)
    return BATCH if hasattr(data, "shape") or isinstance(data, (dict, list)) else None


def _described(features: Any, targets: Any, name: str) -> Any:
    return described(features, targets, name) if hasattr(features, "shape") else None


def _example(data: Any) -> Any:
    """Return a few rows: of arrays, or of the first batch of what gives batches; None of what can be read once only."""
    if isinstance(data, dict):
        return {name: each[:EXAMPLE_ROWS] for name, each in data.items()}
    if hasattr(data, "shape"):
        return data.iloc[:EXAMPLE_ROWS] if hasattr(data, "iloc") else _array(data[:EXAMPLE_ROWS])
    if hasattr(data, "take"):
        batch = next(iter(data.take(1)))
    elif hasattr(data, "__getitem__") and not isinstance(data, (list, tuple)):
        batch = data[0]
    else:
        return None
    features = batch[0] if isinstance(batch, (tuple, list)) else batch
    if isinstance(features, dict):
        return {name: _array(each[:EXAMPLE_ROWS]) for name, each in features.items()}
    return _array(features[:EXAMPLE_ROWS])


def _array(rows: Any) -> Any:
    import numpy

    return numpy.asarray(rows)


def _install() -> None:
    import keras

    patch(NAME, keras.Model, "fit", observed(NAME, Fit))


FRAMEWORK = Framework(NAME, NAME, _install, ("3.0", "4.0"), OWN)
