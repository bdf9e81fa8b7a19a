"""The page at `/`: what is served here, how to log to it. In: a request. Out: HTML, in English or Brazilian Portuguese.

It needs no script and nothing from elsewhere.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from mlplat import __version__
from mlplat_cli.server.asked import ASKED, own_address
from mlplat_cli.server.observed import ROUTE

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "vary": "accept-language",
}

_PAGE = Template("""<!doctype html>
<html lang="$lang">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mlplat: $store</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
pre { padding: .75rem 1rem; overflow-x: auto; border: 1px solid; border-radius: .25rem }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
</style>
<main>
<h1>mlplat</h1>
<p>$served <code>$store</code> ($version)</p>
<h2>$mlflow</h2>
<pre tabindex="0" aria-label="$mlflow">MLFLOW_TRACKING_URI=$url python train.py</pre>
<h2>$library</h2>
<pre tabindex="0" aria-label="$library">MLPLAT_TRACKING_URI=$url python train.py</pre>
<h2>$terminal</h2>
<pre tabindex="0" aria-label="$terminal">mlplat runs list
mlplat runs show RUN
mlplat artifacts list RUN</pre>
<h2>$programs</h2>
<ul>
<li><a href="/health">/health</a>: $health</li>
<li><a href="/version">/version</a>: $protocol</li>
<li><a href="/metrics">/metrics</a>: $figures</li>
<li><a href="/api/1/openapi.json">/api/1/openapi.json</a>: $interface</li>
</ul>
</main>
</html>
""")

_LANGUAGES = {"en": "en", "pt": "pt-BR"}
_TEXTS = {
    "en": {
        "served": "This server answers for the store",
        "mlflow": "Log with MLflow's client",
        "library": "Log with import mlplat",
        "terminal": "Look at runs in the terminal, in the project's folder",
        "programs": "For programs",
        "health": "whether it answers",
        "protocol": "the MLflow version whose protocol is spoken",
        "figures": "figures for Prometheus",
        "interface": "the whole interface, as an OpenAPI document",
    },
    "pt-BR": {
        "served": "Este servidor responde pelo repositório",
        "mlflow": "Registrar com o cliente do MLflow",
        "library": "Registrar com import mlplat",
        "terminal": "Ver as execuções no terminal, na pasta do projeto",
        "programs": "Para programas",
        "health": "se ele responde",
        "protocol": "a versão do MLflow cujo protocolo é falado",
        "figures": "números para o Prometheus",
        "interface": "a interface inteira, como documento OpenAPI",
    },
}


class PageRoute:
    """Answers `GET /`.

    Args:
        home: the store's folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer a request for the page; False when it is for something else."""
        if scope["path"] != "/" or scope["method"] not in ("GET", "HEAD"):
            return False
        scope[ROUTE] = "/"
        ASKED.set(scope)
        lang = language(Request(scope).headers.get("accept-language", ""))
        values = {
            "store": str(self._home),
            "version": __version__,
            "url": own_address(""),
            **_TEXTS[lang],
            "lang": lang,
        }
        page = _PAGE.substitute({name: escape(value) for name, value in values.items()})
        await HTMLResponse(page, headers={**_HEADERS, "content-language": lang})(scope, receive, send)
        return True


def language(accepted: str) -> str:
    """Choose by the header `Accept-Language` (RFC 9110): the one that is wanted most, English where none is."""
    wanted: dict[str, float] = {}
    for each in accepted.split(","):
        tag, _, weight = each.strip().partition(";")
        known = _LANGUAGES.get(tag.strip().lower().partition("-")[0])
        if known:
            wanted[known] = max(wanted.get(known, 0.0), _weight(weight))
    return max(wanted, key=lambda name: wanted[name], default="en")


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
