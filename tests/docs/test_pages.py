"""Every page of docs/ is typed into a real shell, and shows what it says it shows; every link leads somewhere."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.docs.page import Command, File, missing_line, read_page
from tests.e2e.conftest import cache  # noqa: F401 - a fixture
from tests.e2e.tool import PROGRAM, clean_environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
MARK = "----8<----"


def as_script(steps):
    """Write a page as one bash script that stops at the first command that fails and marks the end of each."""
    lines = []
    for step in steps:
        if isinstance(step, File):
            lines += [
                f"mkdir -p {shlex.quote(str(Path(step.name).parent))}",
                f"cat > {shlex.quote(step.name)} <<'{MARK}'",
            ]
            lines.append(step.text + MARK)
        else:
            lines += [step.line, 'code=$?; echo; echo "' + MARK + ' $code"; [ $code = 0 ] || exit $code']
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page, tmp_path, cache):  # noqa: F811
    steps = read_page(page.read_text(encoding="utf-8"))
    commands = [step for step in steps if isinstance(step, Command)]
    folder = tmp_path / "here"
    (folder / ".mlplat").mkdir(parents=True)
    env = clean_environment(cache, tmp_path / "config")
    env["PATH"] = f"{PROGRAM.parent}:{env['PATH']}"
    script = tmp_path / "page.sh"
    script.write_text(as_script(steps), encoding="utf-8")

    done = subprocess.run(
        ["bash", str(script)],
        cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip

    outputs = re.split(rf"\n{MARK} \d+\n", done.stdout)
    assert done.returncode == 0, f"{commands[min(len(outputs) - 2, len(commands) - 1)].line}\n{done.stdout[-3000:]}"
    for command, output in zip(commands, outputs, strict=False):
        line = missing_line(command, output)
        assert line is None, f"$ {command.line}\nshould show: {line}\nbut shows:\n{output}"
    assert len(outputs) == len(commands) + 1


MARKDOWN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]

    assert [each for each in targets if each and "://" not in each and not (page.parent / each).exists()] == []


def test_the_readme_marks_its_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [re.search(rf"<!-- command: {name} -->\s*```sh\n", text) is not None for name in ("main", "tests")] == [
        True
    ] * 2


def test_the_page_of_exit_codes_is_the_table_of_the_code():
    from mlplat_cli.cli import failure

    table = [line for line in failure.__doc__.splitlines() if re.match(r"\| [\d, ]+\|", line)]
    rows = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table}
    text = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    page = {
        tuple(cell.strip() for cell in line.strip("|").split("|"))[:2]
        for line in text.splitlines()
        if line.startswith("| ")
    }

    assert rows <= page


def test_the_page_of_settings_has_every_option():
    from mlplat_cli.settings.option import Option

    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert [option.key for option in Option if f"`{option.key}`" not in text] == []
    assert [name for option in Option for name in option.variables if f"`{name}`" not in text] == []
