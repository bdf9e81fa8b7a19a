"""`mlplat db`: the database behind a store."""

from mlplat_cli.cli.lazy import LazyGroup, Stub

command = LazyGroup(
    "db",
    {
        "check": Stub("mlplat_cli.cli.db.check", "Look a store's database over and count what it holds."),
        "upgrade": Stub("mlplat_cli.cli.db.upgrade", "Bring a store's tables to this version's schema."),
        "downgrade": Stub("mlplat_cli.cli.db.downgrade", "Take a store's tables back to an earlier schema."),
        "backup": Stub("mlplat_cli.cli.db.backup", "Save a store's database to a file while it is in use."),
        "restore": Stub("mlplat_cli.cli.db.restore", "Put a backup into an empty store, on any database."),
    },
    "Check, upgrade, save and restore the database of a store.",
)
