"""Ids that a scenario or a list gives: which asset they name, and which part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from sim.hazards.assets import Assets
from sim.messages import NOTHING, Message, say
from sim.scenario.hazards import GivenEvent

__all__ = ["NamedAssets", "lost_sources", "unknown_assets"]

_PART = re.compile(r"(?P<section>.+)/(?P<kind>span|pole)(?P<number>0|[1-9]\d*)")


class NamedAssets:
    """Find assets by id; spans and poles belong to their section."""

    def __init__(self, assets: Assets) -> None:
        self._n_spans: Mapping[str, int] = dict(
            zip(assets.sections, assets.n_spans.tolist(), strict=True)
        )
        self._others = {
            *assets.transformers,
            *(each.transformer for each in assets.stations),
            *(each.id for each in assets.devices),
            *(each.id for each in assets.cabinets),
        }

    def split(self, name: str) -> tuple[str, str]:
        """Return section and part of the id of a span or pole that exists; else the id as it is."""
        found = _PART.fullmatch(name)
        if found is not None and (spans := self._n_spans.get(found["section"], 0)) > 0:
            last = spans if found["kind"] == "pole" else spans - 1
            if int(found["number"]) <= last:
                return found["section"], f"{found['kind']}{int(found['number'])}"
        return name, ""

    def __contains__(self, name: object) -> bool:
        """Tell whether an id names an asset or a part of one."""
        if not isinstance(name, str):
            return False
        asset, _part = self.split(name)
        return asset in self._n_spans or asset in self._others

    def near(self, name: str) -> Message:
        """Return a hint at an id that looks like a wrong one."""
        near = get_close_matches(name, [*self._n_spans, *sorted(self._others)], n=1)
        return say(" Did you mean {near!r}?", near=near[0]) if near else NOTHING


def lost_sources(name: str, assets: Assets) -> list[str]:
    """Return the source buses an id stands for: itself, or all of a district."""
    pairs = zip(assets.sources, assets.source_district, strict=True)
    return [bus for bus, district in pairs if name in (bus, district)]


def unknown_assets(events: Sequence[GivenEvent], assets: Assets) -> Iterator[tuple[int, Message]]:
    """Yield the number of each given event whose asset is not in the grid, and what is wrong."""
    names = NamedAssets(assets)
    for number, event in enumerate(events):
        if event.kind == "supply":
            if not lost_sources(event.asset, assets):
                near = get_close_matches(event.asset, assets.sources, n=1)
                hint = say(" Did you mean {near!r}?", near=near[0]) if near else NOTHING
                words = say(
                    "no bus fed from outside is called {name!r}.{hint}",
                    name=event.asset,
                    hint=hint,
                )
                yield number, words
        elif event.asset not in names:
            words = say(
                "no section, span, pole or distribution transformer is called {name!r}.{hint}",
                name=event.asset,
                hint=names.near(event.asset),
            )
            yield number, words
