"""`mlplat env`: the environments that projects run in."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "env",
    {
        "list": Stub("mlplat_cli.cli.env.list", "List built environments, the last used first."),
        "show": Stub("mlplat_cli.cli.env.show", "Show one environment and the exact packages that it holds."),
        "prune": Stub("mlplat_cli.cli.env.prune", "Remove environments that are not needed."),
    },
    "List, show and prune built environments.",
)
