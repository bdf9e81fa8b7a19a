"""Whether commands that stand in a store may run here. In: the gates. Out: nothing, or a refusal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlplat_cli.cli.question import confirm
from mlplat_cli.errors import InvalidInputError

if TYPE_CHECKING:
    from mlplat_cli.entities import Gate
    from mlplat_cli.registry.promotion import Consent
    from mlplat_cli.settings.address import StoreAddress


def consent_for(address: StoreAddress, *, given: bool) -> Consent:
    """Return who is asked before commands run.

    The commands of a store in a folder are its owner's own, unless they were imported; those, and the ones of a store
    that others write to, run only when the user says so, on the command line or when asked on a terminal.
    """

    def ask(gates: Sequence[Gate]) -> None:
        of_others = [gate for gate in gates if gate.imported or address.is_remote or address.is_shared]
        if given or not of_others:
            return
        commands = " and ".join(gate.text for gate in of_others)
        asks = f"{address.place} asks to run {commands} on this machine"
        if any(gate.imported for gate in of_others):
            asks += " (imported from another store)"
        if not sys.stdin.isatty():
            raise InvalidInputError(asks, hint="if you trust it: --run-gates")
        confirm(f"{asks}. Run it?")

    return ask
