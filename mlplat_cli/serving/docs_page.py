"""The page on which models are tried. In: models. Out: HTML that needs nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from mlplat_cli.serving.openapi import example_value, input_columns
from mlplat_cli.serving.served_model import ServedModel

CONTENT_TYPE = b"text/html; charset=utf-8"
HEADERS = [
    (b"content-security-policy", b"default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, textarea, pre { font: 13px/1.45 ui-monospace, monospace; }
textarea { width: 100%; box-sizing: border-box; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .15rem 1rem .15rem 0; }
pre { white-space: pre-wrap; border-left: 3px solid; padding-left: .8rem; }
section { margin-bottom: 3rem; }
"""

_SCRIPT = """
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = form.querySelector("output");
    shown.textContent = "…";
    const began = performance.now();
    try {
      const answer = await fetch(form.dataset.path,
        {method: "POST", headers: {"Content-Type": "application/json"}, body: form.querySelector("textarea").value});
      const text = await answer.text();
      shown.textContent = `${answer.status}, ${(performance.now() - began).toFixed(1)} ms\\n${text}`;
    } catch (error) { shown.textContent = String(error); }
  });
}
"""


_BLANKS: dict[str, Any] = {"number": 0.0, "integer": 0, "boolean": False, "string": "", "array": [], "object": {}}
_BLANK_TIME = "2000-01-01T00:00:00"


def docs_page(models: Sequence[ServedModel]) -> str:
    """Return the page: for each model its columns, and a form with its input example filled in."""
    sections = "".join(map(_section, models))
    title = escape(", ".join(model.name for model in models))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>Models</h1><p><a href="openapi.json">openapi.json</a> · <a href="metrics">metrics</a></p>'
        f"{sections}<script>{_SCRIPT}</script></body></html>"
    )


def _section(model: ServedModel) -> str:
    path = f"models/{model.name}/invocations"
    example = example_value(model)
    body = json.dumps(_blank(model) if example is None else example, indent=1, ensure_ascii=False)
    version = f", version {escape(model.version)}" if model.version else ""
    return (
        f"<section><h2>{escape(model.name)}</h2><p>{escape(model.uri)}{version} · {escape(model.platform)}</p>"
        f'{_table(model)}<form data-path="{escape(path)}"><p><label>POST <code>/{escape(path)}</code>'
        f'<textarea rows="12" spellcheck="false">{escape(body)}</textarea></label></p>'
        f'<button>Predict</button><pre><output aria-live="polite"></output></pre></form></section>'
    )


def _blank(model: ServedModel) -> dict[str, Any]:
    """Return a body to fill in, for a model without an input example."""
    columns = input_columns(model)
    if not columns:
        return {"inputs": []}
    row = [
        _BLANK_TIME if schema.get("format") == "date-time" else _BLANKS.get(schema.get("type", ""))
        for _, schema, _ in columns
    ]
    return {"dataframe_split": {"columns": [name for name, _, _ in columns], "data": [row]}}


def _table(model: ServedModel) -> str:
    columns = input_columns(model)
    if not columns:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_shown(schema))}</td>"
        f"<td>{'' if required else 'optional'}</td></tr>"
        for name, schema, required in columns
    )
    return f"<table><thead><tr><th>Column</th><th>Type</th><th></th></tr></thead><tbody>{rows}</tbody></table>"


def _shown(schema: dict[str, object]) -> str:
    return " ".join(str(schema[key]) for key in ("type", "format") if key in schema)
