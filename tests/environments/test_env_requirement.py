import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from mlplat_cli.environments.requirement import RequirementLines, local_paths, requirement_name
from mlplat_cli.environments.source_file import read_source
from tests.environments.conftest import source, write


def read(text, tmp_path):
    write(tmp_path, requirements__txt=text)
    lines = RequirementLines(tmp_path)
    lines.add_file(read_source(tmp_path / "requirements.txt", tmp_path))
    return lines


def test_nested_files_are_inlined_and_paths_start_at_the_file_that_names_them(tmp_path):
    write(tmp_path / "deps" / "pkg")
    write(tmp_path / "deps", base__txt="-r ../more.txt\n./pkg[fast]\n-e pkg\n-c bounds.txt\n", bounds__txt="numpy<2\n")
    write(tmp_path, more__txt="-r deps/base.txt\nscipy\n")
    lines = read("-rdeps/base.txt\n", tmp_path)
    pkg = tmp_path / "deps" / "pkg"
    assert lines.problems == []
    assert lines.lines == ["scipy", f"{pkg}[fast]", f"-e {pkg}"]
    assert lines.places == ["more.txt:2", "deps/base.txt:2", "deps/base.txt:3"]
    assert lines.constraints == ["numpy<2"]
    assert local_paths(tuple(lines.lines)) == [(pkg, False), (pkg, True)]


def test_a_clone_that_pip_froze_is_installed_without_one(tmp_path):
    line = "git+https://host/repo@1a2b3c#egg=x"
    assert read(f"-e {line}\n", tmp_path).lines == [line]


def test_options_of_pip_are_kept_in_their_long_form(tmp_path):
    text = (
        "-i https://host/simple\n--extra-index-url=https://other/simple\n-f links\n--no-index\n--pre\n--use-feature=x\n"
    )
    assert read(text, tmp_path).lines == [
        "--index-url https://host/simple", "--extra-index-url https://other/simple",
        f"--find-links {tmp_path / 'links'}", "--no-index", "--pre",
    ]  # fmt: skip


def test_continued_lines_and_hashes(tmp_path):
    lines = read("six==1.17.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n# a comment \\\nattrs\n", tmp_path)
    assert [line.split()[0] for line in lines.lines] == ["six==1.17.0", "attrs"]
    assert lines.lines[0].count("--hash=") == 2
    assert lines.places == ["requirements.txt:1", "requirements.txt:5"]


def test_variables_are_put_in_as_pip_does(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "t0ken")
    lines = read("pkg @ https://user:${TOKEN}@host/pkg.zip\n$HOME-is-no-variable\n", tmp_path)
    assert lines.lines == ["pkg @ https://user:t0ken@host/pkg.zip"]
    assert len(lines.problems) == 1


@pytest.mark.parametrize(
    "line",
    [
        "git+https://host/repo@main#egg=x",
        "https://host/x-1.0-py3-none-any.whl",
        "x @ git+ssh://git@host/x",
        "a.b_c~=1.0",
    ],
)
def test_lines_that_stay_as_they_are(tmp_path, line):
    assert read(line + "\n", tmp_path).lines == [line]


def test_a_path_that_is_not_there_is_a_mistake(tmp_path):
    assert read("./gone\nhere/gone.whl\n", tmp_path).problems[1].message == "the path 'here/gone.whl' does not exist"


names = st.from_regex(r"[A-Za-z]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
versions = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}", fullmatch=True)
clauses = st.lists(st.tuples(st.sampled_from(["==", ">=", "<", "!=", " <= "]), versions).map("".join), max_size=3)
markers = st.sampled_from(["", ' ; python_version < "3.9"', ";sys_platform=='linux' and extra == 'x'"])


@given(names, st.lists(names, max_size=2), clauses, markers)
def test_every_requirement_that_packaging_reads_is_kept(name, extras, parts, marker):
    line = name + (f"[{','.join(extras)}]" if extras else "") + ",".join(parts) + marker
    Requirement(line)
    lines = RequirementLines(source("").folder)
    lines.add_text(line, source(line), 1, 1)
    assert lines.lines == [line]
    assert requirement_name(line) is not None


@given(st.text(alphabet="abAB19.-_<>=!~,;[]()@ *#\\/:$'", max_size=14))
def test_any_text_is_a_requirement_an_option_or_a_mistake(text):
    lines = RequirementLines(source("").folder)
    lines.add_text(text, source(text), 1, 1)
    assert len(lines.lines) + len(lines.problems) <= 1
