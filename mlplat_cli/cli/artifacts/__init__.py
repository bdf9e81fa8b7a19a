"""`mlplat artifacts`: the files that runs stored."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "artifacts",
    {
        "list": Stub("mlplat_cli.cli.artifacts.list", "List what a run stored."),
        "download": Stub("mlplat_cli.cli.artifacts.download", "Copy a file or folder of a run to here."),
        "show": Stub("mlplat_cli.cli.artifacts.show", "Print a file of a run."),
    },
    "List, show and download what runs stored.",
)
