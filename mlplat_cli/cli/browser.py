"""The user's browser. In: an address. Out: a page in front of whoever sits here, if anybody does."""

from __future__ import annotations

import os
import sys
import threading


def has_browser() -> bool:
    """Tell whether somebody would see a page: not in CI, and not where there is no display."""
    if os.environ.get("CI"):
        return False
    if os.environ.get("BROWSER") or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show_page(url: str) -> None:
    """Open a page and return at once; some browsers keep whoever started them."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(url,), name="mlplat-browser", daemon=True).start()
