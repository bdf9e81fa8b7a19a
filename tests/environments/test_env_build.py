import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from mlplat_cli.environments import construction, folder
from mlplat_cli.environments.build import environment_variables, in_use, plan_environment, prepare
from mlplat_cli.environments.catalog import prune
from mlplat_cli.environments.interpreter import own_interpreter
from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import EnvironmentBuildError, NotSupportedError
from tests.environments.conftest import make_wheel, write


@pytest.fixture
def project(tmp_path, links):
    make_wheel(links, "app", "1.0")
    return write(tmp_path / "project", requirements__txt="app\n")


def build(project, steps, **options):
    return prepare(read_spec(project), project_dir=project, progress=steps, **options)


def run(environment, code):
    variables = {**os.environ, **environment_variables(environment)}
    done = subprocess.run(["python", "-c", code], env=variables, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("manager", [None, "virtualenv", "uv"])
def test_an_environment_holds_what_was_asked_for(project, steps, manager):
    environment = build(project, steps, manager=manager)
    assert environment.created
    assert environment.manager == (manager or "virtualenv")
    assert run(environment, "import app, sys; print(app.VERSION, sys.prefix)") == f"1.0 {environment.path}"


def test_the_second_time_nothing_is_started(project, steps, monkeypatch):
    first = build(project, steps)
    marker = first.path / folder.MARKER
    os.utime(marker, (1, 1))
    monkeypatch.setattr("mlplat_cli.environments.uv.run_tool", lambda *_, **__: pytest.fail("a program was started"))
    second = build(project, steps)
    assert (second.name, second.created) == (first.name, False)
    assert marker.stat().st_mtime > 1


def test_a_cached_environment_is_found_without_heavy_modules(project, steps):
    build(project, steps)
    code = f"""
        import sys
        from pathlib import Path
        from mlplat_cli.environments.build import prepare
        from mlplat_cli.environments.spec import read_spec
        from mlplat_cli.process.progress import SilentProgress
        folder = Path({str(project)!r})
        assert not prepare(read_spec(folder), project_dir=folder, progress=SilentProgress()).created
        heavy = {{"virtualenv", "packaging", "yaml", "uv", "filelock", "platformdirs", "tomllib"}}
        print(sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_projects_share_an_environment_and_local_sources_do_not(tmp_path, links, project, steps):
    other = write(tmp_path / "other", requirements__txt="# the same\napp\n")
    assert build(project, steps).name == build(other, steps).name
    names = set()
    for place in ("one", "two"):
        library(tmp_path / place / "lib", f"WHERE = {place!r}\n")
        local = write(tmp_path / place, requirements__txt="-e ./lib\n")
        environment = build(local, steps)
        names.add(environment.name)
        assert run(environment, "import lib; print(lib.WHERE)") == place
    assert len(names) == 2


def test_a_local_source_that_changed_is_built_again(tmp_path, links, steps):
    local = write(tmp_path / "project", requirements__txt="./lib\n")
    results = []
    for value in ("1", "22"):
        library(local / "lib", f"VALUE = {value}\n")
        results.append(run(build(local, steps), "import lib; print(lib.VALUE)"))
    assert results == ["1", "22"]


LIBRARY = """\
[project]
name = "lib"
version = "1"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """\
import os, zipfile

def _wheel(directory, files):
    name = "lib-1-py3-none-any.whl"
    info = {
        "lib-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: lib\\nVersion: 1\\n",
        "lib-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "lib-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in {**files, **info}.items():
            archive.writestr(path, text)
    return name

def build_wheel(directory, config_settings=None, metadata_directory=None):
    return _wheel(directory, {"lib.py": open("lib.py").read()})

def build_editable(directory, config_settings=None, metadata_directory=None):
    return _wheel(directory, {"lib.pth": os.getcwd() + "\\n"})
"""


def library(folder, text):
    """Write a package with a build backend of its own, so that building it needs no index."""
    return write(folder, lib__py=text, pyproject__toml=LIBRARY, backend__py=BACKEND)


def test_a_build_that_fails_leaves_nothing(project, steps, monkeypatch):
    monkeypatch.setattr(construction.Construction, "_install", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build(project, steps)
    assert folder.folders() == []


def test_an_interrupted_build_is_swept_and_built_anew(project, steps):
    environment = build(project, steps)
    (environment.path / folder.MARKER).unlink()
    half = folder.environments_folder() / "0123456789abcdef"
    (half / "bin").mkdir(parents=True)
    again = build(project, steps)
    assert (again.created, again.name) == (True, environment.name)
    assert not half.exists()


def test_a_killed_build_is_not_taken_for_complete(project, steps):
    code = f"""
        import time
        from pathlib import Path
        from mlplat_cli.environments import construction
        from mlplat_cli.environments.build import prepare
        from mlplat_cli.environments.spec import read_spec
        from mlplat_cli.process.progress import SilentProgress
        construction.Construction._install = lambda _: (print("half", flush=True), time.sleep(60))
        folder = Path({str(project)!r})
        prepare(read_spec(folder), project_dir=folder, progress=SilentProgress())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "half\n"
        child.send_signal(signal.SIGKILL)
    assert len(folder.folders()) == 1
    environment = build(project, steps)
    assert environment.created
    assert run(environment, "import app; print(app.VERSION)") == "1.0"


def test_two_processes_build_it_once_and_the_second_says_that_it_waits(project):
    code = f"""
        import time
        from pathlib import Path
        from mlplat_cli.environments import construction
        from mlplat_cli.environments.build import prepare
        from mlplat_cli.environments.spec import read_spec
        class Told:
            def step(self, message): print(message, flush=True)
            def update(self, message, fraction=None): pass
        real = construction.Construction._create
        construction.Construction._create = lambda self: (time.sleep(1), real(self))
        folder = Path({str(project)!r})
        print("created", prepare(read_spec(folder), project_dir=folder, progress=Told()).created)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [child.communicate()[0] for child in children]
    assert sorted("created True" in text for text in said) == [False, True]
    waiter = next(text for text in said if "created False" in text)
    assert "waiting for another mlplat" in waiter


def test_an_environment_whose_python_is_gone_is_built_anew(project, steps):
    environment = build(project, steps)
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python")
    assert build(project, steps).created


def test_a_package_that_cannot_be_installed_is_an_error_and_leaves_nothing(project, links, steps, monkeypatch):
    spec = read_spec(project)
    build(project, steps)
    for path in (*folder.environments_folder().glob("*/.mlplat.json"), *links.glob("app-*.whl")):
        path.unlink()
    make_wheel(links, "app", "1.0", requires=["tampered"])
    monkeypatch.setenv("UV_CACHE_DIR", str(project / "empty-cache"))
    with pytest.raises(EnvironmentBuildError, match="cannot install the environment"):
        prepare(spec, project_dir=project, progress=steps)
    assert folder.folders() == []


def test_local_is_the_python_on_path_and_builds_nothing(project, steps, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python").symlink_to(own_interpreter().path)
    monkeypatch.setenv("PATH", str(programs))
    environment = build(project, steps, manager="local")
    assert (environment.name, environment.path, environment.lock) == ("local", None, None)
    assert environment.python == programs / "python"
    assert environment.python_version == own_interpreter().version
    assert environment_variables(environment) == {}
    assert "requirements.txt is not applied" in environment.notes[0]
    assert folder.folders() == []
    with in_use(environment):
        pass


def test_without_a_python_on_path_local_is_the_tools_own(tmp_path, steps, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    environment = build(tmp_path, steps)
    assert environment.manager == "local"
    assert environment.python == Path(sys.executable)
    assert environment_variables(environment)["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_a_shims_answer_follows_the_files_it_decides_by(tmp_path, steps, monkeypatch):
    shim = write(tmp_path / "shims", python="") / "python"
    said = json.dumps({"version": "V", "implementation": "cpython", "platform": "linux-x86_64", "base": "/base"})
    shim.write_text(f"#!/bin/sh\nread version < .python-version\necho '{said}' | /bin/sed s/V/$version/\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent))
    seen = []
    for version in ("3.9.1", "3.10.2"):
        project = write(tmp_path / "project", **{"__python-version": version + "\n"})
        os.utime(project / ".python-version", (len(seen), len(seen)))
        seen.append(build(project, steps, manager="local").python_version)
    assert seen == ["3.9.1", "3.10.2"]


def test_a_folder_without_packages_gets_an_empty_environment(tmp_path, links, steps):
    environment = build(tmp_path, steps, manager="virtualenv")
    assert environment.lock.packages == ()
    assert run(environment, "import sys; print(sys.prefix)") == str(environment.path)


def test_a_manager_that_does_not_exist(tmp_path, steps):
    with pytest.raises(NotSupportedError, match="'poetry'"):
        build(tmp_path, steps, manager="poetry")


def test_pythonhome_does_not_reach_the_environment(project, steps, monkeypatch):
    environment = build(project, steps)
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert run(environment, "import app; print(app.VERSION)") == "1.0"


def test_a_plan_says_what_would_happen_and_does_nothing(project, steps, own_caches):
    plan = plan_environment(read_spec(project), project_dir=project)
    assert (plan.manager, plan.kind, plan.name, plan.built) == ("virtualenv", "requirements", None, False)
    assert plan.requirements == ("app", "pip")
    assert plan.interpreter == own_interpreter()
    assert not (own_caches / "envs").exists()
    assert not (own_caches / "locks").exists()
    environment = build(project, steps)
    plan = plan_environment(read_spec(project), project_dir=project)
    assert (plan.name, plan.built) == (environment.name, True)


def test_a_plan_shows_no_password(tmp_path):
    write(tmp_path, requirements__txt="--index-url https://me:pw@host/simple\nsix\n")
    plan = plan_environment(read_spec(tmp_path), project_dir=tmp_path)
    assert plan.requirements[0] == "--index-url https://host/simple"


def test_an_environment_in_use_that_was_removed_is_an_error(project, steps):
    environment = build(project, steps)
    with in_use(environment):
        assert prune(everything=True) == []
    assert [one.name for one in prune(everything=True)] == [environment.name]
    with pytest.raises(EnvironmentBuildError, match="was removed meanwhile"), in_use(environment):
        pass


def test_hard_links_are_shared_with_uvs_cache(project, steps):
    environment = build(project, steps)
    module = next(environment.path.glob("lib/python*/site-packages/app.py"))
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache" / "uv")
    if cache.exists() and cache.stat().st_dev == module.stat().st_dev:
        assert module.stat().st_nlink > 1


def test_the_marker_tells_what_the_environment_is(project, steps):
    before = time.time()
    environment = build(project, steps)
    marker = folder.read_marker(environment.name)
    assert (marker.kind, marker.manager, marker.packages) == ("requirements", "virtualenv", 2)
    assert marker.lock == environment.lock.text
    assert before <= marker.created <= time.time()
