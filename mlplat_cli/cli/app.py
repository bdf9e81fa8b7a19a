"""The root of the command tree. In: the words after `mlplat`. Out: an exit code (docs/exit-codes.md)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from typer.core import TyperOption

from mlplat import __version__
from mlplat_cli.cli.front import pipe_closed
from mlplat_cli.cli.lazy import LazyGroup, Stub
from mlplat_cli.cli.leaf import debug_option

if TYPE_CHECKING:
    from typer._click import Context, Parameter

STUBS = {
    "run": Stub("mlplat_cli.cli.run", "Run a project and record the run."),
    "validate": Stub("mlplat_cli.cli.validate", "Check a project's files without running anything."),
    "runs": Stub("mlplat_cli.cli.runs", "List, show, compare, follow, delete and restore runs."),
    "experiments": Stub("mlplat_cli.cli.experiments", "List, show, create, rename, delete and restore experiments."),
    "artifacts": Stub("mlplat_cli.cli.artifacts", "List, show and download what runs stored."),
    "models": Stub("mlplat_cli.cli.models", "Package, register and serve models."),
    "server": Stub("mlplat_cli.cli.server", "Serve a store to MLflow clients and remote scripts."),
    "ui": Stub("mlplat_cli.cli.ui", "Serve a store and open its page in the browser."),
    "sync": Stub("mlplat_cli.cli.sync", "Ship what scripts logged while their server was away."),
    "import": Stub("mlplat_cli.cli.import_source", "Import what MLflow recorded; repeated, it adds what is new."),
    "export": Stub("mlplat_cli.cli.export", "Write what was recorded as an mlruns folder, which MLflow reads."),
    "gc": Stub("mlplat_cli.cli.gc", "Remove deleted runs, logged models and experiments for good."),
    "db": Stub("mlplat_cli.cli.db", "Check, upgrade, save and restore the database of a store."),
    "env": Stub("mlplat_cli.cli.env", "List, show and prune built environments."),
}


def root() -> LazyGroup:
    """Return the root group, with nothing below it imported."""
    group = LazyGroup("mlplat", STUBS, "Run, track, package and serve machine learning projects.")
    group.params += [
        TyperOption(
            param_decls=["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            default=False,
            help="Show the version.",
            callback=_show_version,
        ),
        debug_option(),
    ]
    return group


def _show_version(ctx: Context, parameter: Parameter, value: bool) -> None:
    if value:
        print(f"mlplat {__version__}")
        raise typer.Exit


def run(words: Sequence[str]) -> int:
    """Carry out a command line; every error ends here as one line and an exit code."""
    try:
        result = root().main(args=list(words), prog_name="mlplat", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:  # a mistake in the words themselves
        error.show()  # type: ignore[attr-defined]  # every one that parsing raises has it
        return error.exit_code
    except BrokenPipeError:
        return pipe_closed()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which Typer turns into exit code 1
            return pipe_closed()
        raise
    except (Exception, KeyboardInterrupt) as error:
        return _failed(error, debug="--debug" in words)
    return result if isinstance(result, int) else 0


def _failed(error: BaseException, *, debug: bool) -> int:
    from mlplat_cli.cli.failure import exit_code, show

    if isinstance(error, typer.Abort):
        error = KeyboardInterrupt()
    if debug:
        import traceback

        traceback.print_exception(error)
        if detail := getattr(error, "detail", ""):
            print(detail, file=sys.stderr)
    show(error)
    return exit_code(error)
