"""Draws docs/images/terminal.svg. In: a real session of the installed `mlplat` in a pseudo-terminal. Out: the picture.

    python docs/images/terminal.py

The sample's environment is built first, so that the picture shows what a second run of a project shows.
"""

import os
import pty
import subprocess
import sysconfig
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sysconfig.get_path("scripts")) / "mlplat"
WIDTH = 100
SAMPLE = "sample_projects/wine_mlflow"

SESSION = (
    f"mlplat run {SAMPLE} -P alpha=0.25 --run-name firm",
    f"mlplat run {SAMPLE} -P alpha=0.05 --run-name loose",
    "mlplat runs list --filter \"metrics.rmse < 0.6 and params.alpha != '0.1'\"",
    "mlplat runs compare firm loose --differing",
)
"""What is typed."""


def typed(words: str, folder: Path) -> str:
    """Run a line in a pseudo-terminal and return what it showed, colours included."""
    reading, writing = pty.openpty()
    env = {
        **os.environ,
        "COLUMNS": str(WIDTH),
        "LINES": "50",
        "TERM": "xterm-256color",
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
        "MLPLAT_TRACKING_URI": str(folder),
        "MLPLAT_SYSTEM_METRICS": "false",  # a dozen rows that say nothing of the model
    }
    with subprocess.Popen(["bash", "-c", words], cwd=ROOT, env=env, stdout=writing, stderr=writing) as process:
        os.close(writing)
        shown = b""
        while chunk := _read(reading):
            shown += chunk
    os.close(reading)
    if process.returncode != 0:
        raise SystemExit(shown.decode())
    return "\n".join(_settled(line) for line in shown.decode().splitlines()).rstrip()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # how a pseudo-terminal says that nobody writes to it any more
        return b""


def _settled(line: str) -> str:
    """Return what is left of a line that was redrawn."""
    return line.rsplit("\r", 1)[-1].replace("\x1b[K", "")


def main() -> None:
    """Run the session and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        typed(f"mlplat run {SAMPLE}", Path(folder) / "before")
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            console = Console(record=True, width=WIDTH, file=nowhere)
            for words in SESSION:
                console.print(Text.assemble(("$ ", "bold green"), (words, "bold")))
                console.print(Text.from_ansi(typed(words, Path(folder) / "store")))
                console.print()
            console.save_svg(str(Path(__file__).with_suffix(".svg")), title="mlplat")


if __name__ == "__main__":
    main()
