"""`mlplat models gate list`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.models.arguments import ModelName
from mlplat_cli.cli.options import Json, TrackingUri


def list_gates(name: ModelName, tracking_uri: TrackingUri = None, as_json: Json = False) -> None:
    """List the gates of a registered model."""
    from mlplat_cli.cli.console import moment, print_json, print_table
    from mlplat_cli.cli.models.shape import SCHEMA_VERSION
    from mlplat_cli.cli.session import tracking

    with tracking(tracking_uri) as session:
        gates, checks = session.store.gates(name), session.store.gate_checks(name)
    if as_json:
        print_json({"version": SCHEMA_VERSION, "name": name, "gates": gates, "checks": checks})
        return
    passed: dict[str, list[str]] = {each.gate_id: [] for each in gates}
    for check in checks:
        if check.passed:
            passed[check.gate_id].append(check.version)
    print_table(
        ["GATE", "HOLDS", "CHECK", "PASSED BY", "ADDED", "BY"],
        [
            [
                each.gate_id,
                f"{name}{each.target}",
                each.text,
                ", ".join(passed[each.gate_id]) if each.command else "",
                moment(each.creation_timestamp),
                f"{each.user or ''} (imported)".lstrip() if each.imported else each.user or "",
            ]
            for each in gates
        ],
    )


command = leaf(list_gates, "list")
