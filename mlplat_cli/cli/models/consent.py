"""Whether commands that stand in a store may run here. In: the gates. Out: nothing, or a refusal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from mlplat_cli.errors import InvalidInputError

if TYPE_CHECKING:
    from mlplat_cli.entities import Gate
    from mlplat_cli.registry.promotion import Consent
    from mlplat_cli.settings.address import StoreAddress


def consent_for(address: StoreAddress, *, given: bool) -> Consent:
    """Return who is asked before commands run.

    The commands of a store in a folder are its owner's own; those of a store that others write to run only when the
    user says so, on the command line or when asked on a terminal.
    """

    def ask(gates: Sequence[Gate]) -> None:
        if given or not (address.is_remote or address.is_shared):
            return
        commands = " and ".join(gate.text for gate in gates)
        if not sys.stdin.isatty():
            raise InvalidInputError(
                f"{address.place} asks to run {commands} on this machine", hint="if you trust it: --run-gates"
            )
        typer.confirm(f"{address.place} asks to run {commands} on this machine. Run it?", abort=True, err=True)

    return ask
