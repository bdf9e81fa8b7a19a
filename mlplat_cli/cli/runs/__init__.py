"""`mlplat runs`: what was recorded."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "runs",
    {
        "list": Stub("mlplat_cli.cli.runs.list", "List runs, newest first."),
        "show": Stub("mlplat_cli.cli.runs.show", "Show everything about one run."),
        "compare": Stub("mlplat_cli.cli.runs.compare", "Put parameters and metrics of runs side by side."),
        "logs": Stub("mlplat_cli.cli.runs.logs", "Show what a run wrote to its standard output and error."),
        "delete": Stub("mlplat_cli.cli.runs.delete", "Put runs in the bin."),
        "restore": Stub("mlplat_cli.cli.runs.restore", "Bring deleted runs back."),
    },
    "List, show, compare, follow, delete and restore runs.",
)
