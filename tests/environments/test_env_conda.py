import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from mlplat_cli.environments.build import environment_variables, plan_environment, prepare
from mlplat_cli.environments.conda import to_specifier
from mlplat_cli.environments.spec import read_spec
from mlplat_cli.errors import EnvironmentBuildError, NotSupportedError, ProjectFileError, ToolMissingError
from tests.environments import update_conda_names
from tests.environments.conftest import write


def spec_of(tmp_path, *lines):
    write(tmp_path, conda__yaml="dependencies:\n" + "".join(f"  - {line}\n" for line in lines))
    return read_spec(tmp_path)


@pytest.mark.parametrize(
    ("conda", "pypi"),
    [
        ("numpy", "numpy"),
        ("numpy=1.19", "numpy==1.19.*"),
        ("numpy==1.19.2", "numpy==1.19.2"),
        ("numpy=1.19.2=py38h54aff64_0", "numpy==1.19.2"),
        ("numpy 1.19.*", "numpy==1.19.*"),
        ("numpy=1.19.*", "numpy==1.19.*"),
        ("numpy >=1.19,<2", "numpy>=1.19,<2"),
        ("numpy>=1.19.*", "numpy>=1.19"),
        ("'numpy[version=\">=1.2,<2\"]'", "numpy>=1.2,<2"),
        ("conda-forge::scikit-learn=1", "scikit-learn==1.*"),
        ("pytorch=2.1", "torch==2.1.*"),
        ("ray-default>=2", "ray[default]>=2"),
        ("matplotlib-base", "matplotlib"),
        ("py-opencv", "opencv-python"),
        ("python-graphviz", "graphviz"),
        ("msgpack-python", "msgpack"),
        ("librosa", "librosa"),
        ("cyipopt", "cyipopt"),
        ("numpy=*", "numpy"),
        ("pytz=2021a", "pytz==2021a"),
    ],
)
def test_a_package_is_translated(tmp_path, conda, pypi):
    assert spec_of(tmp_path, conda).requirements[0] == pypi


@pytest.mark.parametrize(
    ("conda", "python"),
    [
        ("python=3.7", "3.7"),
        ("python 3.7", "3.7"),
        ("python=3.10.13", "3.10.13"),
        ("python=3.8.5=h7579374_1", "3.8.5"),
        ("python>=3.8,<3.11", ">=3.8,<3.11"),
        ("conda-forge::python=3.9.*", "3.9"),
        ("python==3.8", "3.8"),
        ("python==3.8.5", "3.8.5"),
        ("python", None),
    ],
)
def test_the_python_is_no_requirement(tmp_path, conda, python):
    spec = spec_of(tmp_path, conda)
    assert spec.python == python
    assert spec.requirements == ("pip", "setuptools<82", "wheel")


def test_the_pip_section_is_read_like_a_requirements_file(tmp_path):
    write(tmp_path / "pkg")
    write(
        tmp_path,
        conda__yaml="dependencies:\n  - pip=23\n  - pip:\n    - -r more.txt\n    - -e ./pkg\n    - mlflow>=1.0\n",
        more__txt="six\n",
    )
    spec = read_spec(tmp_path)
    assert spec.requirements[:4] == ("pip==23.*", "six", f"-e {tmp_path / 'pkg'}", "mlflow>=1.0")


def test_libraries_that_wheels_bring_are_left_out_with_a_note(tmp_path):
    lines = [
        "_libgcc_mutex=0.1=main",
        "libgcc-ng=9.3.0=h2828fa1_19",
        "mkl",
        "openssl=1.1.1k=h7f98852_0",
        "nomkl",
        "six",
    ]
    spec = spec_of(tmp_path, *lines)
    assert spec.requirements[0] == "six"
    assert "_libgcc_mutex, libgcc-ng, mkl, nomkl, openssl" in spec.notes[0]
    assert not spec.conda_only


def test_what_only_conda_has_is_named_with_its_line(tmp_path, steps):
    spec = spec_of(tmp_path, "numpy", "r-dplyr=1.1", "anaconda")
    with pytest.raises(EnvironmentBuildError, match=r"conda\.yaml:3: .*r-dplyr.*conda\.yaml:4: .*anaconda") as error:
        prepare(spec, project_dir=tmp_path, progress=steps)
    assert "pip:" in error.value.hint
    assert plan_environment(spec, manager="local", project_dir=tmp_path).manager == "local"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("numpy=1.19|1.20", "alternatives"),
        ("'@home'", "cannot read the package"),
        ("numpy>=x", "cannot read the version"),
    ],
)
def test_mistakes_have_places(tmp_path, line, message):
    with pytest.raises(ProjectFileError, match=message) as error:
        spec_of(tmp_path, "six", line)
    assert error.value.diagnostics[0].line == 3


def test_keys_of_conda_that_are_not_known_are_left_alone(tmp_path):
    write(tmp_path, conda__yaml="x-note: mine\ndependencies: [six]\n")
    assert read_spec(tmp_path).requirements[0] == "six"
    write(tmp_path, conda__yaml="dependancies: [six]\n")
    with pytest.raises(ProjectFileError, match="unknown key 'dependancies'"):
        read_spec(tmp_path)


@given(st.text(alphabet="0123456789.=<>!~*,| ab[]'", max_size=16))
def test_any_version_is_translated_or_refused(text):
    try:
        specifier = to_specifier(text)
    except ValueError:
        return
    SpecifierSet(specifier)


def test_the_manager_conda_says_what_is_missing(tmp_path, steps, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="micromamba"):
        prepare(spec_of(tmp_path, "six"), manager="conda", project_dir=tmp_path, progress=steps)
    program = tmp_path / "mamba"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    with pytest.raises(NotSupportedError, match="not supported yet"):
        prepare(spec_of(tmp_path, "six"), manager="conda", project_dir=tmp_path, progress=steps)


@pytest.mark.slow
def test_the_name_table_is_what_its_source_gives(tmp_path):
    table = json.loads(update_conda_names.TABLE.read_text())
    package = f"conda-pypi=={table['version']}"
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", tmp_path, package], check=True)
    assert update_conda_names.table(next(tmp_path.glob("*.whl"))) == table


def test_an_export_of_conda_holds_much_that_wheels_bring(tmp_path):
    spec = spec_of(
        tmp_path,
        "_openmp_mutex=4.5=2_gnu",
        "aws-c-common=0.9.3=hd590300_0",
        "cuda-nvcc=12.1.105=0",
        "font-ttf-inconsolata=3.000=h77eed37_0",
        "libsqlite=3.46.1=hadc24fc_0",
        "nb_conda_kernels=2.3.1=py311_0",
        "tzdata=2024b=hc8b5060_0",
        "xorg-libx11=1.8.9=h8ee46fc_0",
        "xxhash=0.8.2=hd590300_0",
        "python-xxhash=3.4.1=py311h459d7ec_0",
        "brotli-python=1.1.0=py311hb755f60_1",
        "six=1.16.0=pyh6c4a22f_0",
    )
    assert spec.requirements[:3] == ("xxhash==3.4.1", "brotli==1.1.0", "six==1.16.0")
    assert "aws-c-common" in spec.notes[0]


def test_a_program_of_conda_is_taken_from_the_machine(tmp_path, monkeypatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text("#!/bin/sh\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    spec = spec_of(tmp_path, "git", "nodejs=18", "gxx_linux-64")
    assert [one.source_line.strip() for one in spec.conda_only] == ["- nodejs=18", "- gxx_linux-64"]
    assert spec.notes == (f"conda.yaml: taken from this machine, in its version: git ({programs / 'git'})",)


def test_variables_of_conda_are_set_for_the_process(tmp_path, links, steps):
    write(tmp_path, conda__yaml="dependencies:\n  - python=3.11\nvariables:\n  DATA_DIR: /data\n  N: 5\n")
    environment = prepare(read_spec(tmp_path), project_dir=tmp_path, progress=steps)
    variables = environment_variables(environment)
    assert (variables["DATA_DIR"], variables["N"]) == ("/data", "5")


@pytest.mark.parametrize("text", ["variables: [A]\n", "variables:\n  A: [1]\n", "variables:\n  'A=B': c\n"])
def test_variables_that_are_none_are_refused(tmp_path, text):
    write(tmp_path, conda__yaml="dependencies: []\n" + text)
    with pytest.raises(ProjectFileError, match=r"mapping was expected|is not text"):
        read_spec(tmp_path)


@pytest.mark.parametrize("text", ["dependencies:\n", "dependencies: ~\n", "name: x\n"])
def test_a_file_may_ask_for_nothing(tmp_path, text):
    write(tmp_path, conda__yaml=text)
    assert read_spec(tmp_path).requirements == ("pip", "setuptools<82", "wheel")
