"""The living and the lost. In: runs that say RUNNING. Out: LOST where every process that kept them is gone."""

from __future__ import annotations

import os
import time

from mlplat.journal import SUFFIX, host_name
from mlplat_cli.entities import LifecycleStage, RunInfo, RunStatus
from mlplat_cli.errors import NotFoundError
from mlplat_cli.settings.address import StoreAddress
from mlplat_cli.store.interface import Store
from mlplat_cli.tracking.ingest import ingest_pending
from mlplat_cli.tracking.journal_file import JournalFile


def mark_lost(store: Store, address: StoreAddress) -> list[str]:
    """Give every RUNNING run whose owner is dead the status LOST; return their ids."""
    lost = []
    for run in store.unfinished_runs():
        if owner_lives(run, address):
            continue
        last_sign = _last_sign_of_life(run, address)
        # The owner may have ended properly since the last ingest: what it wrote last decides.
        ingest_pending(store, address.home, run.run_id)
        if store.get_run(run.run_id).info.status is RunStatus.RUNNING:
            store.update_run(run.run_id, status=RunStatus.LOST, end_time=last_sign)
            lost.append(run.run_id)
    return lost


def owner_lives(run: RunInfo, address: StoreAddress) -> bool:
    """Tell whether the writer of the journal that owns the run still holds its lock.

    A journal that lies in another folder or on another machine, which a server's database allows, cannot be asked: its
    process counts as living unless it ran on this machine and is gone.
    """
    if run.owner is None:
        return True  # made over REST by a client that nobody here can watch
    journal = _owner(run, address)
    if address.is_shared and not journal.path.exists():
        return _may_live(run.owner)
    return journal.is_alive()


def _may_live(owner: str) -> bool:
    host, _, process = owner.rpartition("/")[2].rpartition("-")[0].rpartition("-")
    if host != host_name() or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _last_sign_of_life(run: RunInfo, address: StoreAddress) -> int:
    journal = _owner(run, address)
    seconds = journal.last_heard()
    try:
        seconds = seconds or journal.path.stat().st_mtime
    except FileNotFoundError:
        seconds = time.time()
    return int(seconds * 1000)


def _owner(run: RunInfo, address: StoreAddress) -> JournalFile:
    return JournalFile(address.journals / f"{run.owner}{SUFFIX}")


def grant_grace(store: Store, address: StoreAddress) -> None:
    """Let remote writers of running runs begin their silence anew: while no server ran, none could be heard."""
    for run in store.unfinished_runs():
        journal = _owner(run, address)
        if journal.last_heard() is not None:
            journal.remote.touch()


def revive(store: Store, journal: JournalFile) -> None:
    """Set a run to RUNNING again whose owner was given up and is heard of after all."""
    try:
        run = store.get_run(journal.run_id).info
    except NotFoundError:
        return
    if run.owner == journal.name and run.status is RunStatus.LOST and run.lifecycle_stage is LifecycleStage.ACTIVE:
        store.update_run(run.run_id, status=RunStatus.RUNNING)
