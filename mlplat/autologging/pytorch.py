"""Trainings of PyTorch that record themselves. In: `autolog`. Out: Lightning's `fit` and TensorBoard's writer watched.

A loop that is written by hand shows nothing of itself but what it writes for TensorBoard; that is recorded too.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import Any, Callable, Dict, Optional

from mlplat.autologging.frameworks import Framework, enable
from mlplat.autologging.import_hook import when_imported
from mlplat.autologging.lightning import Fit, is_first
from mlplat.autologging.options import options_of
from mlplat.autologging.patching import patch
from mlplat.autologging.reporting import attempt
from mlplat.autologging.training import AUTOLOGGING, inside_training, observed
from mlplat.runs import active_run, start_run
from mlplat.values import log_metric, log_params

NAME = "pytorch"
OWN: Dict[str, Any] = {"log_every_n_epoch": 1, "log_every_n_step": None}
LIGHTNING = ("lightning.pytorch", "pytorch_lightning")
WRITER = "torch.utils.tensorboard.writer"


def autolog(
    log_every_n_epoch: int = 1,
    log_every_n_step: Optional[int] = None,
    log_models: bool = True,
    log_datasets: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    registered_model_name: Optional[str] = None,
    extra_tags: Optional[Dict[str, str]] = None,
    log_model_signatures: bool = True,
    log_input_examples: bool = False,
) -> None:
    """Record every `fit` of Lightning's Trainer, and the numbers that are written for TensorBoard.

    Args:
        log_every_n_epoch: record metrics at the end of every so many epochs; the step is the epoch.
        log_every_n_step: record them every so many batches besides; the step counts batches.
        log_models: keep the trained module. log_datasets: accepted; data loaders have no description.
        disable: stop recording instead. exclusive: leave runs alone that the script started itself.
        disable_for_unsupported_versions: leave versions of PyTorch alone that this was not tested with.
        silent: no warnings. registered_model_name: register every model under this name.
        extra_tags: of runs that a training starts.
        log_model_signatures: say in the model what it takes and gives.
        log_input_examples: keep a few rows of the first batch with the model.
    """
    enable(NAME, dict(locals()))


def _install() -> None:
    for module in LIGHTNING:
        when_imported(module, partial(_watch_trainer, module))
    when_imported(WRITER, _watch_writer)


def _watch_trainer(module: str) -> None:
    from importlib import import_module

    if options_of(NAME) is not None:
        patch(NAME, import_module(module).Trainer, "fit", observed(NAME, Fit, is_first))


def _watch_writer() -> None:
    from torch.utils.tensorboard.writer import SummaryWriter

    if options_of(NAME) is not None:
        patch(NAME, SummaryWriter, "add_scalar", partial(_recorded, _scalar))
        patch(NAME, SummaryWriter, "add_hparams", partial(_recorded, _hparams))


def _recorded(record: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a method of TensorBoard's writer; what Lightning writes by it is recorded already."""

    @wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        options = options_of(NAME)
        if options is not None and not inside_training() and not (options["exclusive"] and active_run() is not None):
            attempt(NAME, "recording what TensorBoard gets", record, options, *args[1:], **kwargs)
        return original(*args, **kwargs)

    return call


def _scalar(
    options: Dict[str, Any], tag: str, scalar_value: Any, global_step: Optional[int] = None, *_: Any, **__: Any
) -> None:
    if global_step is None or global_step % (options["log_every_n_step"] or 1) == 0:
        log_metric(tag, float(scalar_value), step=global_step, run_id=_run(options))


def _hparams(
    options: Dict[str, Any], hparam_dict: Dict[str, Any], metric_dict: Dict[str, Any], *_: Any, **__: Any
) -> None:
    run_id = _run(options)
    log_params(hparam_dict, run_id=run_id)
    for key, value in metric_dict.items():
        log_metric(key, float(value), run_id=run_id)


def _run(options: Dict[str, Any]) -> str:
    """Return the active run, or one that is started for the rest of the process."""
    run = active_run() or start_run(tags={AUTOLOGGING: NAME, **(options["extra_tags"] or {})})
    return str(run.info.run_id)


FRAMEWORK = Framework(NAME, "torch", _install, ("1.13", "3.0"), OWN)
