from __future__ import annotations

import subprocess
import sys

MODULES = (
    "fetch",
    "source",
    "worktree",
    "command",
    "mlproject",
    "parameters",
    "entry_point",
    "diagnostics",
    "checkout",
)
HEAVY = ("git", "yaml", "msgspec", "urllib.request", "http.client", "zipfile", "tempfile", "difflib", "subprocess.run")


def test_planning_imports_nothing_heavy() -> None:
    """Start-up time is a promise: what a plan does not need is imported where it is needed."""
    code = "import sys\n"
    code += "".join(f"import mlplat_cli.projects.{name}\n" for name in MODULES)
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
