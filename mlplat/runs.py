"""Starting and ending runs. In: `start_run` and its kin. Out: the run that each thread logs to.

Every thread has a stack of runs of its own. A thread without one logs to the main thread's run, and only where that has
none either to a new run, which begins at the first value.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from types import TracebackType
from typing import Any, Dict, List, Optional, Set, Type, Union

from mlplat.context import NOTE, PARENT, RUN_NAME, context_tags, user
from mlplat.entities import LifecycleStage, Run, status_name
from mlplat.exceptions import BAD_STATE, MlplatException
from mlplat.experiments import (
    ChosenExperiment,
    chosen_experiment,
    current_experiment,
    existing_experiment,
    stored,
)
from mlplat.live_run import ActiveRun, ActiveRunInfo, status_after
from mlplat.location import MLFLOW_TRACKING_URI, is_local, journals_folder, ships, under_runner
from mlplat.names import random_name
from mlplat.reader import abandon_readers, find_reader, missing, open_reader
from mlplat.rules import check_keys, check_run_id, tag_text
from mlplat.run_writer import RunWriter
from mlplat.variables import drop, variable

_main_stack: List[ActiveRun] = []
_open: Dict[str, ActiveRun] = {}
_joined: Dict[str, RunWriter] = {}
_known: Set[str] = set()
"""Ids of runs that exist for certain: started here, or seen in the store."""
_last: List[ActiveRun] = []
_runner_run: List[str] = []
_exit_status: List[str] = []


class _Thread(threading.local):
    """One thread's open runs, innermost last; `writer`, where there is one, is the innermost run's."""

    writer: RunWriter

    def __init__(self) -> None:
        self.stack = _main_stack if threading.current_thread() is threading.main_thread() else []


here = _Thread()


def start_run(
    run_id: Optional[str] = None,
    experiment_id: Optional[str] = None,
    run_name: Optional[str] = None,
    nested: bool = False,
    parent_run_id: Optional[str] = None,
    tags: Optional[Dict[str, Any]] = None,
    description: Optional[str] = None,
    log_system_metrics: Optional[bool] = None,
    join: Optional[bool] = None,
) -> ActiveRun:
    """Start a run, or take one up again, and make it the one that this thread logs to.

    Args:
        run_id: of a run to take up again. Without it, the first call under `mlplat run` takes up the runner's run.
        nested: allowed inside another run, whose child the new run becomes.
        parent_run_id: of the parent, where that is not the run around this one.
        run_name: counts before the tag `mlflow.runName`.
        description: text, kept in the tag `mlflow.note.content`.
        log_system_metrics: accepted for MLflow's sake; `mlplat run` samples them.
        join: this is a further process of a run that another one owns, as data-parallel workers are; what
            MLPLAT_JOIN_RUN says unless given. The owner says when the run ends.

    Returns:
        The run, a context manager: it ends FINISHED, or FAILED after an exception, or KILLED after Ctrl-C.

    Raises:
        MlplatException: this thread has a run and nested is false; a tag breaks a rule; the run to take up, the parent
            or the experiment is known not to exist or to be deleted; another living process of this machine writes the
            run to take up, and `join` is not given; the journal cannot be made.
    """
    if here.stack and not nested:
        raise MlplatException(
            f"the run {here.stack[-1].info.run_id} is active; end it with end_run(), or start a child with nested=True",
            BAD_STATE,
        )
    if log_system_metrics and not under_runner():
        _warn("log_system_metrics has no effect here: system metrics are sampled by `mlplat run`")
    texts = _texts(tags, description)
    existing = _run_to_take_up(run_id)
    if existing is None:
        experiment = current_experiment() if experiment_id is None else existing_experiment(experiment_id)
        run = _new(experiment, run_name, texts, _parent(parent_run_id, nested))
    else:
        run = _taken_up_again(existing, run_name, texts) or _resumed(existing, run_name, texts, join)
    _watch_exit()
    _enter(run)
    return run


def end_run(status: Union[str, int] = "FINISHED") -> None:
    """End this thread's innermost run; without one nothing happens.

    Args:
        status: FINISHED, FAILED, KILLED, …, or RunStatus's number for it.
    """
    name = status_name(status)
    drop("RUN_ID")
    if here.stack:
        _finish(here.stack[-1].writer, name)


def active_run() -> Optional[ActiveRun]:
    """Return the run that this thread logs to, or None."""
    stack = here.stack or _main_stack
    return stack[-1] if stack else None


def last_active_run() -> Optional[ActiveRun]:
    """Return the run that is active or else the one that this process ended last, or None."""
    return active_run() or (_last[0] if _last else None)


def get_run(run_id: str) -> Run:
    """Return a run as the store knows it; MlplatException when there is none or the store cannot be read from here."""
    found = open_reader().get_run(check_run_id(run_id))
    if found is None:
        raise missing(f"the run {run_id}")
    return Run.from_json(found)


def get_parent_run(run_id: str) -> Optional[Run]:
    """Return the run whose child a run is, or None."""
    parent = get_run(run_id).data.tags.get(PARENT)
    return get_run(parent) if parent else None


def current_writer() -> RunWriter:
    """Return the writer of the run that this thread logs to; a run is started where there is none."""
    run = active_run() or start_run()
    return run.writer


def writer_of(run_id: Optional[str]) -> RunWriter:
    """Return the writer of a run, or of the current one; a run that is not active here is only added to.

    Raises:
        MlplatException: the run is known not to exist or to be deleted.
    """
    if run_id is None:
        return current_writer()
    if run_id in _open:
        return _open[run_id].writer
    if run_id not in _joined:
        _require(check_run_id(run_id))
        _joined.setdefault(run_id, RunWriter(run_id, journals_folder()))
        _watch_exit()
    return _joined[run_id]


def _texts(tags: Optional[Dict[str, Any]], description: Optional[str]) -> Dict[str, str]:
    texts = {key: tag_text(key, value) for key, value in check_keys(tags or {}, "tag").items()}
    if description is not None:
        if NOTE in texts:
            raise MlplatException(f"a description was given twice: as description and as the tag {NOTE}")
        texts[NOTE] = tag_text(NOTE, description)
    return texts


def _parent(given: Optional[str], nested: bool) -> Optional[str]:
    if given:
        _require(check_run_id(given))
        return given
    around = active_run() if nested else None
    return around.writer.run_id if around else None


def _run_to_take_up(run_id: Optional[str]) -> Optional[str]:
    """Return the id of the run to take up, if any; the environment's is taken once."""
    given = variable("RUN_ID")
    twin_address = os.environ.get(MLFLOW_TRACKING_URI)
    if given and not under_runner() and twin_address and not is_local(twin_address):
        given = os.environ.get("MLPLAT_RUN_ID")  # MLflow's is in a store that we do not write to
    if run_id is None:
        run_id = given
    if run_id is None:
        return None
    if run_id == given:
        drop("RUN_ID")
        if under_runner():
            _runner_run[:] = [run_id]
            _known.add(run_id)
    return check_run_id(run_id)


def _taken_up_again(run_id: str, run_name: Optional[str], texts: Dict[str, str]) -> Optional[ActiveRun]:
    """Return a run that is open in this process already, perhaps in another thread."""
    run = _open.get(run_id)
    if run is not None:
        run.writer.set_tags(dict(texts, **{RUN_NAME: run_name}) if run_name else texts)
    return run


def _new(
    experiment: ChosenExperiment, run_name: Optional[str], texts: Dict[str, str], parent: Optional[str]
) -> ActiveRun:
    name = run_name or texts.get(RUN_NAME) or variable("RUN_NAME") or random_name()
    tags = context_tags()
    if parent is not None:
        tags[PARENT] = parent
    tags.update(texts)
    tags[RUN_NAME] = name
    run_id = os.urandom(16).hex()
    now = time.time_ns() // 1_000_000
    user_id = user()
    record = ("run", *experiment.given, name, user_id, now, tags, False, False)
    writer = RunWriter(run_id, journals_folder(), record, fresh=True)
    writer.tags.update(tags)
    _known.add(run_id)
    return ActiveRun(
        writer, ActiveRunInfo(writer, experiment, {"run_name": name, "user_id": user_id, "start_time": now}), _finish
    )


def _resumed(run_id: str, run_name: Optional[str], texts: Dict[str, str], join: Optional[bool]) -> ActiveRun:
    joins = run_id in _runner_run or (_joins_by_default() if join is None else join)
    _require(run_id)
    if not joins:
        _refuse_second_owner(run_id)
    experiment = ChosenExperiment(variable("EXPERIMENT_ID") or "0", None) if run_id in _runner_run else None
    if run_id in _runner_run:
        _refuse_other_experiment(run_id)
    if run_name:
        texts = dict(texts, **{RUN_NAME: run_name})
    now = time.time_ns() // 1_000_000
    record = ("run", None, None, run_name or texts.get(RUN_NAME), None, now, texts, True, joins)
    writer = RunWriter(run_id, journals_folder(), record)
    writer.tags.update(texts)
    known = {"run_name": run_name} if run_name else {}
    return ActiveRun(writer, ActiveRunInfo(writer, experiment, known), _finish)


def _joins_by_default() -> bool:
    return (os.environ.get("MLPLAT_JOIN_RUN") or "").lower() in ("1", "true", "yes")


def _refuse_second_owner(run_id: str) -> None:
    from mlplat.live_writers import other_owner

    owner = other_owner(journals_folder(), run_id)
    if owner is not None:
        raise MlplatException(
            f"the run {run_id} is being written by the process {owner.pid} on {owner.host}; a further process of it, "
            "such as a data-parallel worker, says so: start_run(run_id=…, join=True) or MLPLAT_JOIN_RUN=true",
            BAD_STATE,
        )


def _refuse_other_experiment(run_id: str) -> None:
    chosen = chosen_experiment()
    given = variable("EXPERIMENT_ID")
    if chosen is None or given is None or chosen.given == (given, None):
        return
    found = stored(chosen)
    if find_reader() is not None and (found is None or str(found["experiment_id"]) != given):
        raise MlplatException(
            f"set_experiment names {chosen.name!r}, but `mlplat run` started the run {run_id} "
            f"in the experiment {given}; name it with `mlplat run --experiment-name`, or leave set_experiment out",
            BAD_STATE,
        )


def _require(run_id: str) -> None:
    """Refuse a run that the store, where it can be read, does not have or has in the bin."""
    if run_id in _known or ships():  # a server that is away must not stop a script
        return
    reader = find_reader()
    if reader is None:
        return
    try:
        found = reader.get_run(run_id)
    except MlplatException:  # logging needs no store that can be read
        return
    if found is None:
        raise missing(f"the run {run_id}")
    if found["info"].get("lifecycle_stage") == LifecycleStage.DELETED:
        raise MlplatException(f"the run {run_id} is deleted; restore it with `mlplat runs restore {run_id}`", BAD_STATE)
    _known.add(run_id)


def _enter(run: ActiveRun) -> None:
    run.writer.holders += 1
    _open[run.writer.run_id] = run
    _last[:] = [run]
    here.stack.append(run)
    here.writer = run.writer


def _finish(writer: RunWriter, status: str) -> None:
    """Take a run, and what was left open inside it, off this thread's stack; the last holder ends it."""
    stack = here.stack
    if not any(run.writer is writer for run in stack):
        return
    done = False
    while not done:
        run = stack.pop()
        _last[:] = [run]
        done = run.writer is writer
        if stack:
            here.writer = stack[-1].writer
        else:
            del here.writer
        run.writer.holders -= 1
        if not run.writer.holders:
            _open.pop(run.writer.run_id, None)
            run.writer.end(status)


def _warn(text: str) -> None:
    import warnings

    warnings.warn(text, stacklevel=3)


def _watch_exit() -> None:
    """End at exit what is still open then: FAILED after an uncaught exception, else FINISHED."""
    if _exit_status:
        return
    _exit_status.append("FINISHED")
    previous = sys.excepthook

    def hook(kind: Type[BaseException], error: BaseException, trace: Optional[TracebackType]) -> None:
        if not hasattr(sys, "ps1"):  # at a prompt the process goes on
            _exit_status[0] = status_after(error)
        previous(kind, error, trace)

    sys.excepthook = hook
    atexit.register(_end_all)


def _end_all() -> None:
    ending = [(run.writer, _exit_status[0]) for run in reversed(list(_open.values()))]
    ending.extend((writer, writer.status) for writer in _joined.values())
    _open.clear()
    _joined.clear()
    errors = []
    for writer, status in ending:
        try:
            writer.end(status)
        except MlplatException as error:  # the others end all the same
            errors.append(error)
    _settle()
    if errors:
        raise errors[0]


def _settle() -> None:
    """Give the server a moment to take what was logged, and say where the rest is; a runner says it itself."""
    shipper = sys.modules.get("mlplat.shipper")
    if shipper is not None and not shipper.settle() and not under_runner() and sys.stderr is not None:
        sys.stderr.write("mlplat: the server has not taken everything yet; the rest is safe here: run `mlplat sync`\n")


def _after_fork() -> None:
    for run in _open.values():
        run.writer.after_fork()
    for writer in _joined.values():
        writer.after_fork()
    abandon_readers()
    shipper = sys.modules.get("mlplat.shipper")
    if shipper is not None:
        shipper.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
