"""Options that several commands share, spelt once."""

from __future__ import annotations

from typing import Annotated

import typer

TrackingUri = Annotated[
    str | None, typer.Option(help="Store: a folder, sqlite:///file.db, a database or http(s)://server.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json-output.md).")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, its first characters, or its name.")]
NewestRun = Annotated[
    str | None, typer.Argument(metavar="[RUN]", help="Id of a run, its first characters, or its name; the newest run.")
]
RunIds = Annotated[list[str], typer.Argument(metavar="RUN...", help="Ids of runs, their first characters, or names.")]
ExperimentRef = Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Id or name of an experiment.")]
