"""`mlplat experiments`: named groups of runs."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "experiments",
    {
        "list": Stub("mlplat_cli.cli.experiments.list", "List experiments, newest first."),
        "show": Stub("mlplat_cli.cli.experiments.show", "Show one experiment."),
        "create": Stub("mlplat_cli.cli.experiments.create", "Create an experiment and print its id."),
        "rename": Stub("mlplat_cli.cli.experiments.rename", "Give an experiment another name."),
        "delete": Stub("mlplat_cli.cli.experiments.delete", "Put an experiment and its runs in the bin."),
        "restore": Stub("mlplat_cli.cli.experiments.restore", "Bring a deleted experiment and its runs back."),
    },
    "List, show, create, rename, delete and restore experiments.",
)
