"""Virtual environments. In: an `EnvSpec`. Out: one that is there or is built, or what would be.

An environment is named by lock, interpreter and platform, and shared by all projects of the user. What is there
already is found without starting any program.
"""

from __future__ import annotations

from mlplat_cli.environments import folder
from mlplat_cli.environments.choice import choose_python, known_choice
from mlplat_cli.environments.construction import Construction
from mlplat_cli.environments.credentials import without_credentials
from mlplat_cli.environments.environment import Environment, EnvironmentPlan
from mlplat_cli.environments.indexes import index_settings
from mlplat_cli.environments.interpreter import Interpreter, find_interpreter
from mlplat_cli.environments.spec import EnvSpec
from mlplat_cli.environments.uv_failure import ResolutionError
from mlplat_cli.errors import InterpreterNotFoundError
from mlplat_cli.process.progress import Progress
from mlplat_cli.settings.option import EnvManager


def prepare_virtual(spec: EnvSpec, chosen: EnvManager, *, progress: Progress, refresh: bool) -> Environment:
    """Return the environment for a spec, built if it is not there yet; see `build.prepare`."""
    settings = index_settings(spec.requirements)
    choice = choose_python(spec, settings=settings, progress=progress, refresh=refresh)
    interpreter, lock = choice.interpreter, choice.lock
    name = folder.environment_name(lock, interpreter)
    created = False
    if folder.usable(name) is None:
        try:
            created = Construction(name, spec, lock, interpreter, chosen, settings, progress).run()
        except ResolutionError as error:
            raise choice.explain(error, spec) from error
    else:
        folder.touch(name)
    path = folder.environments_folder() / name
    notes = (*spec.notes, *choice.notes)
    bin_dir = path / "bin"
    version, platform = interpreter.version, interpreter.platform
    return Environment(
        name, path, bin_dir / "python", bin_dir, version, platform, chosen, lock, created, notes, spec.variables
    )


def plan_virtual(spec: EnvSpec, chosen: EnvManager) -> EnvironmentPlan:
    """Return what `prepare_virtual` would do; asks no network and builds nothing."""
    lines = tuple(map(without_credentials, spec.requirements))
    try:
        interpreter: Interpreter | None = find_interpreter(spec.python, fetch=False)
    except InterpreterNotFoundError:
        interpreter = None
    choice = None if interpreter is None else known_choice(spec, interpreter, index_settings(spec.requirements))
    if choice is None:
        notes = spec.notes if interpreter is None or interpreter.note is None else (*spec.notes, interpreter.note)
        return EnvironmentPlan(
            chosen, spec.kind, spec.source, spec.python, interpreter, lines, None, built=False, notes=notes
        )
    name = folder.environment_name(choice.lock, choice.interpreter)
    built = folder.usable(name) is not None
    notes = (*spec.notes, *choice.notes)
    return EnvironmentPlan(chosen, spec.kind, spec.source, spec.python, choice.interpreter, lines, name, built, notes)
