"""`mlplat models gate`: what a version must pass before an alias or a stage is given to it."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "gate",
    {
        "add": Stub("mlplat_cli.cli.models.gate.add", "Hold an alias or a stage by a check."),
        "list": Stub("mlplat_cli.cli.models.gate.list", "List the gates of a registered model."),
        "remove": Stub("mlplat_cli.cli.models.gate.remove", "Remove a gate."),
    },
    "Checks that must pass before an alias or a stage moves.",
)
