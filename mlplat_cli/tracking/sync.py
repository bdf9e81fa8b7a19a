"""What waits in the spools to its servers. In: spools of this machine. Out: what was shipped, what could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mlplat.journal import SUFFIX
from mlplat.location import SPOOL_ADDRESS, spool_folder, spools_folder
from mlplat.shipment import RefusedError, Server, Shipment, UnreachableError, is_written
from mlplat_cli.process.progress import Progress


@dataclass(slots=True)
class Synced:
    """What a sync did with the spool of one server.

    Args:
        uri: the server's address. runs: ids of the runs of which something was shipped.
        journals: that the server has whole now, removed here. size: bytes of records that were shipped.
        live: journals whose process lives and ships them itself.
        failures: why others are still here, a line each.
    """

    uri: str
    runs: list[str] = field(default_factory=list)
    journals: int = 0
    size: int = 0
    live: int = 0
    failures: list[str] = field(default_factory=list)


def spooled_addresses() -> list[str]:
    """Return the address of every server that something waits for on this machine."""
    found = []
    for path in sorted(Path(spools_folder()).glob(f"*/{SPOOL_ADDRESS}")):
        if any(path.parent.glob(f"journals/*/*{SUFFIX}")):
            found.append(path.read_text(encoding="utf-8").strip())
    return found


def sync_spool(uri: str, authorization: str | None, progress: Progress) -> Synced:
    """Ship every journal that waits for a server and whose process is gone; repeated, it adds nothing.

    Args:
        authorization: value of that header, if the server wants one.
    """
    outcome = Synced(uri.rstrip("/"))
    server = Server(uri, authorization)
    waiting = sorted(Path(spool_folder(uri)).glob(f"journals/*/*{SUFFIX}"))
    if waiting:
        progress.step(f"shipping {len(waiting)} journals to {outcome.uri}")
    for number, path in enumerate(waiting):
        progress.update(path.parent.name, number / len(waiting))
        if is_written(str(path)):
            outcome.live += 1
            continue
        try:
            _ship(Shipment(server, str(path)), outcome)
        except UnreachableError as error:
            outcome.failures.append(str(error))
            break
        except FileNotFoundError:
            continue  # another sync was faster
        except (RefusedError, OSError) as error:
            outcome.failures.append(f"{path}: {error}")
    return outcome


def _ship(shipment: Shipment, outcome: Synced) -> None:
    try:
        if shipment.finish():
            outcome.journals += 1
    finally:
        outcome.size += shipment.sent
    if shipment.run_id not in outcome.runs:
        outcome.runs.append(shipment.run_id)
