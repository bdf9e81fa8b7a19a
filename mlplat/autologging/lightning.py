"""Trainings by Lightning. In: a call of its Trainer's `fit`. Out: parameters, metrics, the summary, the module."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Optional, Tuple

from mlplat.autologging.model_logging import EXAMPLE_ROWS, begin_model, log_model
from mlplat.autologging.training import Arguments, Observer

STOPPING = ("monitor", "mode", "patience", "min_delta")


def is_first(trainer: Any) -> bool:
    """Tell whether this is the process that records: of several that train one module only one does."""
    return bool(getattr(trainer, "is_global_zero", True))


class Fit(Observer):
    """Watches one `fit`, by a callback of Lightning."""

    example: Any = None

    def before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Arguments:
        """Record the settings and add a callback; that of an earlier `fit` goes."""
        self.trainer = args[0]
        given = inspect.signature(type(self.trainer).fit).bind(*args, **kwargs).arguments
        self.model = given["model"]
        begin_model(self.training)
        hyperparameters = dict(getattr(self.model, "hparams", None) or {})
        self.training.params({key: value for key, value in hyperparameters.items() if _is_plain(value)})
        self.training.params({"epochs": self.trainer.max_epochs})
        callbacks = [each for each in self.trainer.callbacks if type(each).__name__ != "Recording"]
        self.stopping = [each for each in callbacks if type(each).__name__ == "EarlyStopping"]
        for each in self.stopping:
            self.training.params({name: getattr(each, name) for name in STOPPING})
        self.trainer.callbacks = [*callbacks, _callback(self)]
        return args, kwargs

    def started(self) -> None:
        """Record what is there only when the training starts: optimizers, the data loader, the summary."""
        for optimizer in self.trainer.optimizers[:1]:
            known = self.training.logged_params
            settings = {"optimizer_name": type(optimizer).__name__, **optimizer.defaults}
            self.training.params({key: value for key, value in settings.items() if key not in known})
        size = getattr(self.trainer.train_dataloader, "batch_size", None)
        if size is not None and "batch_size" not in self.training.logged_params:
            self.training.params({"batch_size": size})
        self.training.text("model_summary.txt", lambda: _summary(self.model))

    def values(self, step: int) -> None:
        """Record what the module has logged."""
        self.training.metrics({key: float(value) for key, value in self.trainer.callback_metrics.items()}, step=step)

    def after(self, result: Any) -> None:
        """Record where the training stopped, and the module."""
        for each in self.stopping:
            if each.stopped_epoch:
                self.training.metrics({"stopped_epoch": each.stopped_epoch, "wait_count": each.wait_count})
        from mlplat.pytorch.prediction import TorchPredictor

        log_model(
            self.training,
            self.model,
            example=self.example,
            predict=lambda rows: TorchPredictor(self.model, None).predict(rows),
            options=[{}, {"serialization_format": "pickle"}],
        )


def _callback(fit: Fit) -> Any:
    """Return a callback of the package that the trainer is from."""
    options, attempt = fit.training.options, fit.training.attempt

    class Recording(_base_of(fit.trainer)):  # type: ignore[misc]
        """Sees batches and epochs end."""

        def on_train_start(self, trainer: Any, module: Any) -> None:
            """Record the settings of the optimizer."""
            attempt("recording the beginning", fit.started)

        def on_train_batch_start(self, trainer: Any, module: Any, batch: Any, batch_idx: int) -> None:
            """Keep a few rows of the first batch, for the model's signature."""
            if fit.example is None and batch_idx == 0:
                fit.example = attempt("taking an example", _first_rows, batch)

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
            """Record a batch's metrics, where that is wanted."""
            every = options["log_every_n_step"]
            if every and trainer.global_step % every == 0:
                attempt("recording a batch", fit.values, trainer.global_step)

        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            """Record an epoch's metrics, those of its validation too."""
            every = options["log_every_n_epoch"]
            if every and (trainer.current_epoch + 1) % every == 0:
                attempt("recording an epoch", fit.values, trainer.current_epoch)

        def on_test_end(self, trainer: Any, module: Any) -> None:
            """Record the metrics of a test."""
            attempt("recording a test", fit.values, 0)

    return Recording()


def _base_of(trainer: Any) -> Any:
    """Return the class Callback of `lightning.pytorch` or of `pytorch_lightning`."""
    from importlib import import_module

    kinds = [each for each in type(trainer).__mro__ if each.__name__ == "Trainer"]
    package = kinds[-1].__module__.partition(".trainer")[0]
    return import_module(f"{package}.callbacks").Callback


def _summary(model: Any) -> str:
    """Return the summary that Lightning prints."""
    from importlib import import_module

    kinds = [each for each in type(model).__mro__ if each.__name__ == "LightningModule"]
    package = kinds[-1].__module__.partition(".core")[0]
    return str(import_module(f"{package}.utilities.model_summary").summarize(model, max_depth=-1))


def _first_rows(batch: Any) -> Optional[Any]:
    """Return a few rows of a batch's inputs as an array, or as a dict of arrays."""
    from mlplat.pytorch.prediction import as_array

    features = batch[0] if isinstance(batch, (tuple, list)) else batch
    if isinstance(features, dict):
        return {name: as_array(each[:EXAMPLE_ROWS]).copy() for name, each in features.items()}
    return as_array(features[:EXAMPLE_ROWS]).copy() if hasattr(features, "dim") else None


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str, list, tuple))
