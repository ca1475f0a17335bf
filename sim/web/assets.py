"""Files the consoles load, read once into memory: no path of a request ever reaches the disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.resources import files

from plotly.offline import get_plotlyjs

from sim.report.document import chart_config
from sim.report.words import Words
from sim.text.catalogue import LANGUAGES, catalogue

__all__ = ["Asset", "assets", "console_page"]

_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_SHOWN = ("console.", "code.", "duration.", "session.why.")
"""Beginnings of the keys of the texts the consoles show."""
_OWN_STYLES = re.compile(r'getElementById\("([0-9a-f]{64})"\)')
"""Names of style elements that plotly writes into a page, which our policy forbids."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asset:
    """A file as it goes out."""

    body: bytes
    kind: str
    tag: str
    caching: str


def assets() -> Mapping[str, Asset]:
    """Return every file by its name under /static/."""
    found = {
        each.name: _asset(each.name, each.read_bytes(), _ASK_AGAIN)
        for each in (files("sim.web") / "static").iterdir()
        if each.name.rpartition(".")[2] in _KINDS
    }
    found["text.json"] = _asset("text.json", _texts(), _ASK_AGAIN)
    found[_plotly_name()] = _asset(_plotly_name(), get_plotlyjs().encode(), _FOR_EVER)
    return found


def console_page(seat: str) -> bytes:
    """Return the page of a seat; the rest is done by its script."""
    page = (files("sim.web") / "console.html").read_text(encoding="utf-8")
    values = {
        "seat": seat,
        "plotly": _plotly_name(),
        "plotly_styles": _own_styles(),
    }
    for name, value in values.items():
        page = page.replace(f"{{{{{name}}}}}", escape(value))
    return page.encode()


@cache
def _own_styles() -> str:
    return " ".join(_OWN_STYLES.findall(get_plotlyjs()))


def _plotly_name() -> str:
    return f"plotly-{version('plotly')}.min.js"


def _texts() -> bytes:
    texts = {
        lang: {
            "texts": {key: text for key, text in catalogue(lang).items() if key.startswith(_SHOWN)},
            "chart": chart_config(Words(lang)),
        }
        for lang in LANGUAGES
    }
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()


def _asset(name: str, body: bytes, caching: str) -> Asset:
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Asset(body, _KINDS[name.rpartition(".")[2]], tag, caching)
