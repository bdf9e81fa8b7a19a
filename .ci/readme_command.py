"""Print one of the README's two commands. In: `main` or `tests`. Out: the shell lines below that marker."""

import re
import sys
from pathlib import Path

MARKED = r"<!-- command: {name} -->\s*```(?:sh|bash|console)\n(.*?)```"


def command(readme: str, name: str) -> str:
    """Return the fenced lines that follow `<!-- command: NAME -->`, without prompts."""
    found = re.search(MARKED.format(name=re.escape(name)), readme, re.DOTALL)
    if found is None:
        sys.exit(f"README.md has no block marked <!-- command: {name} -->")
    return "\n".join(line.removeprefix("$ ") for line in found.group(1).splitlines())


if __name__ == "__main__":
    print(command(Path("README.md").read_text(encoding="utf-8"), sys.argv[1]))
