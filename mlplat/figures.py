"""Figures of matplotlib and plotly. In: a figure and a file name. Out: the picture as an artifact."""

from __future__ import annotations

import os
from io import BytesIO, StringIO
from typing import Any, Dict, Optional

from mlplat.exceptions import MlplatException
from mlplat.rules import artifact_path
from mlplat.runs import writer_of


def log_figure(
    figure: Any, artifact_file: str, save_kwargs: Optional[Dict[str, Any]] = None, run_id: Optional[str] = None
) -> None:
    """Keep a figure, in the form that the file's name ends with.

    Args:
        figure: of matplotlib, or of plotly (.html, or a picture where kaleido is installed).
        save_kwargs: passed on to the figure's own method that saves it.

    Raises:
        MlplatException: it is no such figure, or the place is not below the run's artifacts.
    """
    path = artifact_path(artifact_file)
    form = os.path.splitext(path)[1].lstrip(".").lower()
    given = save_kwargs or {}
    if hasattr(figure, "savefig"):
        picture = BytesIO()
        figure.savefig(picture, **dict({"format": form or "png"}, **given))
        content = picture.getvalue()
    elif hasattr(figure, "write_html"):
        content = _plotly(figure, form, given)
    else:
        raise MlplatException(f"a {type(figure).__name__} is no figure of matplotlib or plotly")
    writer_of(run_id).log_bytes(path, content)


def _plotly(figure: Any, form: str, given: Dict[str, Any]) -> bytes:
    if form == "html":
        page = StringIO()
        figure.write_html(page, **dict({"include_plotlyjs": "cdn", "auto_open": False}, **given))
        return page.getvalue().encode("utf-8")
    picture = BytesIO()
    figure.write_image(picture, **dict({"format": form}, **given))
    return picture.getvalue()
