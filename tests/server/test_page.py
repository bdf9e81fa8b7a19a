"""The page at `/`."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from mlplat_cli.server.page import language
from tests.server.conftest import Served


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("accepted", "lang", "text"),
    [
        ("", "en", "This server answers for the store"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR", "Este servidor responde pelo repositório"),
        ("en;q=0.5, pt;q=0.8", "pt-BR", "Registrar com o cliente do MLflow"),
        ("de, *;q=0.5", "en", "MLflow's client"),
    ],
)
def test_it_says_what_is_served_in_the_readers_language(served: Served, accepted: str, lang: str, text: str) -> None:
    reply = served.ask("GET", "/", headers={"Accept-Language": accepted})
    page = reply.body.decode()
    assert (reply.status, reply.headers["content-language"]) == (200, lang)
    assert text.replace("'", "&#x27;") in page
    assert str(served.home) in page
    assert f"MLFLOW_TRACKING_URI={served.url} " in page
    assert ("html", {"lang": lang}) in _Tags(page).tags
    assert not any(tag in ("script", "img", "link") for tag, _ in _Tags(page).tags)
    for tag, attributes in _Tags(page).tags:
        if tag == "a":
            assert served.ask("GET", str(attributes["href"])).status in (200, 404)


@pytest.mark.parametrize(
    ("accepted", "chosen"), [("pt;q=0,en", "en"), ("pt;q=zzz,en;q=0.1", "en"), (";;,,q=", "en"), ("PT-br", "pt-BR")]
)
def test_languages_are_weighed(accepted: str, chosen: str) -> None:
    assert language(accepted) == chosen


def test_it_tells_the_address_by_which_it_was_asked(served: Served) -> None:
    reply = served.ask("GET", "/", headers={"Host": "localhost:1"})
    assert "MLFLOW_TRACKING_URI=http://localhost:1 " in reply.body.decode()
    assert served.ask("GET", "/", headers={"Host": "<b>.example"}).status == 403
    assert served.ask("POST", "/", {}).status == 404
