"""`mlplat env list`."""

from __future__ import annotations

from mlplat_cli.cli.leaf import leaf
from mlplat_cli.cli.options import Json


def list_environments(as_json: Json = False) -> None:
    """List built environments, the last used first."""
    from mlplat_cli.cli.console import print_json, print_table
    from mlplat_cli.cli.env.shape import environment_json, megabytes
    from mlplat_cli.environments import catalog

    found = catalog.list_environments()
    if as_json:
        print_json({"version": 1, "environments": [environment_json(each) for each in found]})
        return
    print_table(
        ["ENVIRONMENT", "PYTHON", "FROM", "PACKAGES", "SIZE", "OWN", "LAST USED", ""],
        [
            [
                each.name,
                each.python_version,
                each.kind,
                str(each.packages),
                megabytes(each.size),
                megabytes(each.own_size),
                each.last_used.astimezone().strftime("%Y-%m-%d %H:%M"),
                "in use" if each.in_use else "",
            ]
            for each in found
        ],
    )


command = leaf(list_environments, "list")
