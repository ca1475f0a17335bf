"""Write plain values as YAML that reads back the same under YAML 1.2 and under YAML 1.1."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.yaml_source import resolve_scalar

__all__ = ["yaml_text"]

_FOLDED = "\r\x85\u2028\u2029"
"""Line breaks of YAML 1.1 that only double quotes keep."""


class _Dumper(yaml.SafeDumper):
    """Write every value in full, without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # PyYAML knows YAML 1.1 only and would leave '1e3' and '0o17' without quotes.
    style = None if isinstance(resolve_scalar(text), str) else "'"
    if any(character in text for character in _FOLDED):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(value: Any) -> str:
    """Return dicts, lists and scalars as YAML text."""
    return str(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))
