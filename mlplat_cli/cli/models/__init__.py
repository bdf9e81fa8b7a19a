"""`mlplat models`: registered models and their versions."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "models",
    {
        "list": Stub("mlplat_cli.cli.models.list", "List registered models."),
        "show": Stub("mlplat_cli.cli.models.show", "Show a registered model, or one model of any URI."),
    },
    "List and show registered models.",
)
