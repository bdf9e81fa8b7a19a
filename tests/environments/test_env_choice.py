"""Which Python a conda.yaml gets that leaves it open: one that has a wheel of everything that conda would bring."""

import os
import subprocess
import tarfile

import pytest

from mlplat_cli.environments import lock as lock_module
from mlplat_cli.environments.build import environment_variables, plan_environment, prepare
from mlplat_cli.environments.interpreter import newest_of_each_minor, own_interpreter
from mlplat_cli.environments.spec import read_spec
from mlplat_cli.environments.uv_failure import ResolutionError
from tests.environments.conftest import make_wheel, write

OWN = own_interpreter()


def minor_of(interpreter):
    return ".".join(interpreter.version.split(".")[:2])


def only_for(*interpreters):
    """Return a wheel's tag for these Pythons."""
    return ".".join("cp" + minor_of(one).replace(".", "") for one in interpreters) + "-none-any"


@pytest.fixture(scope="session")
def others():
    """The other Pythons of this machine, newest first."""
    found = [one for one in newest_of_each_minor(None) if minor_of(one) != minor_of(OWN)]
    if not found:
        pytest.skip("there is no other Python on this machine")
    return found


@pytest.fixture
def resolutions(monkeypatch):
    """The version of each Python that uv was asked to resolve for."""
    seen = []
    real = lock_module._resolve
    monkeypatch.setattr(
        lock_module,
        "_resolve",
        lambda spec, python, settings: seen.append(python.version) or real(spec, python, settings),
    )
    return seen


def conda(tmp_path, *lines):
    return write(tmp_path / "project", conda__yaml="dependencies:\n" + "".join(f"  - {line}\n" for line in lines))


def build(project, steps, **options):
    return prepare(read_spec(project), manager="uv", project_dir=project, progress=steps, **options)


def plan(project):
    return plan_environment(read_spec(project), manager="uv", project_dir=project)


def run(environment, code):
    variables = {**os.environ, **environment_variables(environment)}
    done = subprocess.run(["python", "-c", code], env=variables, capture_output=True, text=True, check=True)
    return done.stdout.strip()


BACKEND = """\
import os, zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    {statement}
    info = "{name}-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(directory, "{name}-1.0-py3-none-any.whl"), "w") as archive:
        archive.writestr("{name}.py", "VERSION = 'built'\\n")
        archive.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
        archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(info + "RECORD", "")
    return "{name}-1.0-py3-none-any.whl"
"""


def make_sdist(links, name, statement="pass"):
    """Write version 1.0 as a source distribution, with a build backend of its own that starts with a statement."""
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    folder = write(
        links.parent / f"{name}-1.0",
        backend__py=BACKEND.format(name=name, statement=statement),
        pyproject__toml=system,
        **{"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"},
    )
    with tarfile.open(links / f"{name}-1.0.tar.gz", "w:gz") as archive:
        archive.add(folder, folder.name)


def test_the_default_is_taken_with_one_resolution_where_it_has_everything(tmp_path, links, steps, resolutions):
    make_wheel(links, "app", "1.0")
    project = conda(tmp_path, "app=1.0", "pip")
    environment = build(project, steps)
    assert (environment.python_version, environment.notes) == (OWN.version, ())
    assert resolutions == [OWN.version]


def test_another_python_is_taken_that_everything_has_a_wheel_for(tmp_path, links, steps, others, resolutions):
    make_wheel(links, "app", "1.0", tag=only_for(others[-1]))
    make_wheel(links, "dep", "1.0")
    project = conda(tmp_path, "app=1.0", "dep", "pip", "{pip: [dep]}")
    environment = build(project, steps)
    assert environment.python_version == others[-1].version
    assert resolutions == [one.version for one in (OWN, *others)]
    assert environment.notes == (
        f"conda.yaml names no Python, and app 1.0 has no build for {OWN.version}: Python {others[-1].version} is used;"
        f" write python={minor_of(others[-1])} to be sure",
    )
    code = "import app, dep, sys; print(app.VERSION, dep.VERSION, '%d.%d' % sys.version_info[:2])"
    assert run(environment, code) == f"1.0 1.0 {minor_of(others[-1])}"
    assert environment.lock.python_version == others[-1].version


def test_the_newest_goes_first(tmp_path, links, steps, others):
    make_wheel(links, "app", "1.0", tag=only_for(*others))
    assert build(conda(tmp_path, "app"), steps).python_version == others[0].version


def test_the_choice_is_made_once(tmp_path, links, steps, others, monkeypatch):
    make_wheel(links, "app", "1.0", tag=only_for(others[-1]))
    project = conda(tmp_path, "app")
    before = plan(project)
    assert (before.interpreter, before.name, before.notes) == (OWN, None, ())
    first = build(project, steps)
    with monkeypatch.context() as context:
        context.setattr("mlplat_cli.environments.uv.run_tool", lambda *_, **__: pytest.fail("uv was started"))
        context.setattr("mlplat_cli.environments.interpreter.run_tool", lambda *_, **__: pytest.fail("a probe"))
        second, known = build(project, steps), plan(project)
    assert (second.name, second.created, second.notes) == (first.name, False, first.notes)
    assert (known.interpreter.version, known.name, known.built) == (first.python_version, first.name, True)
    assert known.notes == first.notes


def test_a_refresh_chooses_again(tmp_path, links, steps, others):
    make_wheel(links, "app", "1.0", tag=only_for(others[-1]))
    project = conda(tmp_path, "app")
    assert build(project, steps).python_version == others[-1].version
    make_wheel(links, "app", "1.1")
    assert build(project, steps).python_version == others[-1].version
    assert build(project, steps, refresh=True).python_version == OWN.version
    assert build(project, steps).python_version == OWN.version


def test_a_choice_whose_python_is_gone_is_made_again(tmp_path, links, steps, others, own_caches):
    make_wheel(links, "app", "1.0", tag=only_for(others[-1]))
    project = conda(tmp_path, "app")
    build(project, steps)
    (kept,) = (own_caches / "choices").iterdir()
    for damaged in (kept.read_text().replace(str(others[-1].path), "/nowhere/python"), "{", "[1]"):
        kept.write_text(damaged)
        assert plan(project).interpreter == OWN
        assert build(project, steps).python_version == others[-1].version


def test_a_range_is_kept_to(tmp_path, links, steps, others):
    make_wheel(links, "app", "1.0", tag=only_for(others[0]))
    environment = build(conda(tmp_path, "python>=3.6", "app"), steps)
    assert environment.python_version == others[0].version
    assert "conda.yaml allows Python >=3.6, and app has no build for" in environment.notes[0]
    with pytest.raises(ResolutionError, match=r"app==1\.0 has no wheels") as error:
        build(conda(tmp_path, f"python={minor_of(OWN)}", "app"), steps)
    assert f"app has no build for any Python of this machine that the project allows (tried: {OWN.version})" in (
        error.value.hint
    )


def test_what_has_no_wheel_for_any_python_is_built(tmp_path, links, steps, resolutions):
    make_sdist(links, "pure")
    environment = build(conda(tmp_path, "pure=1.0"), steps)
    assert (environment.python_version, environment.notes) == (OWN.version, ())
    assert run(environment, "import pure; print(pure.VERSION)") == "built"
    before = len(resolutions)
    assert not build(tmp_path / "project", steps).created
    assert len(resolutions) == before


def test_what_is_built_anywhere_does_not_decide(tmp_path, links, steps, others):
    make_sdist(links, "pure")
    make_sdist(links, "app")
    make_wheel(links, "app", "1.0", tag=only_for(others[-1]))
    environment = build(conda(tmp_path, "pure", "app=1.0"), steps)
    assert environment.python_version == others[-1].version
    assert "and app 1.0 has no build for" in environment.notes[0]
    assert run(environment, "import pure, app; print(pure.VERSION, app.VERSION)") == "built 1.0"


def test_the_pip_section_may_be_built(tmp_path, links, steps, resolutions):
    make_sdist(links, "pure")
    assert build(conda(tmp_path, "pip", "{pip: [pure]}"), steps).python_version == OWN.version
    assert resolutions == [OWN.version]


def test_what_the_user_wants_built_is_built(tmp_path, links, steps, resolutions):
    make_sdist(links, "pure")
    environment = build(conda(tmp_path, "pure", "{pip: [--no-binary pure]}"), steps)
    assert run(environment, "import pure; print(pure.VERSION)") == "built"
    assert resolutions == [OWN.version]


def test_a_build_that_fails_names_the_pythons_that_were_tried(tmp_path, links, steps):
    make_sdist(links, "ancient", "raise ImportError('of another time')")
    with pytest.raises(ResolutionError, match="of another time") as error:
        build(conda(tmp_path, "ancient=1.0"), steps)
    tried = ", ".join(
        [OWN.version, *(one.version for one in newest_of_each_minor(None) if minor_of(one) != minor_of(OWN))]
    )
    assert (
        f"ancient 1.0 has no build for any Python of this machine that the project allows (tried: {tried})"
        in error.value.hint
    )
    assert "name it in conda.yaml, such as python=3.8" in error.value.hint


def test_what_no_python_could_change_is_tried_once(tmp_path, links, steps, resolutions):
    with pytest.raises(ResolutionError, match="no-such-thing was not found"):
        build(conda(tmp_path, "no-such-thing=1"), steps)
    make_sdist(links, "broken", "raise ValueError('no')")
    with pytest.raises(ResolutionError, match="Failed to build"):
        build(conda(tmp_path, "pip", "{pip: [broken]}"), steps)
    assert resolutions == [OWN.version, OWN.version]
