"""The English templates of all messages, read from the sources of the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import sim

SOURCES = Path(sim.__file__).parent
MAKERS = ("say", "joined")


@dataclass(frozen=True)
class Call:
    """One call of `say` or `joined`, or one raised error."""

    place: str
    what: ast.Call

    @property
    def first(self) -> ast.expr | None:
        return self.what.args[0] if self.what.args else None

    @property
    def template(self) -> str:
        """Return the template written out here; any other is a mistake of ours."""
        assert isinstance(self.first, ast.Constant), f"{self.place}: write the template out here"
        assert isinstance(self.first.value, str)
        return self.first.value


def placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in Formatter().parse(text) if name}


def calls(*names: str, folder: str = "") -> Iterator[Call]:
    """Yield all calls of functions of these names in the sources of a folder."""
    for path in sorted((SOURCES / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in names:
                yield Call(f"{path.relative_to(SOURCES.parent)}:{node.lineno}", node)


def templates() -> set[str]:
    """Return the templates of all messages there are."""
    return {call.template for call in calls(*MAKERS)}
