"""Start a scenario of one's own from a commented example."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from pathlib import Path

from sim.errors import InputError
from sim.messages import say, system_words
from sim.scenario.reference import json_schema
from sim.scenario.suggest import suggestion

__all__ = ["SCHEMA_FILE", "schema_text", "starters", "write_starter"]

SCHEMA_FILE = "stormdesk.schema.json"
"""Name under which starters expect the schema beside them, for editors."""
_FOLDER = files("sim.scenario") / "starters"


def starters() -> tuple[str, ...]:
    """Return the kinds of starter there are."""
    return tuple(sorted(each.name for each in _FOLDER.iterdir() if each.is_dir()))


def schema_text() -> str:
    """Return the schema of scenario files as JSON text."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def write_starter(kind: str, target: str | Path) -> tuple[Path, ...]:
    """Write a starter to a file, its data and the schema beside it, and return all files written.

    Raise InputError when the kind is unknown or a file would be overwritten.
    """
    if kind not in starters():
        hint = suggestion(kind, starters())
        raise InputError(say("no starter is named {kind!r}{hint}", kind=kind, hint=hint))
    path = Path(target)
    contents = {path.with_name(SCHEMA_FILE): schema_text().encode()}
    with as_file(_FOLDER / kind) as folder:
        for source in folder.iterdir():
            name = path.name if source.name == f"{kind}.yaml" else source.name
            contents[path.with_name(name)] = source.read_bytes()
    _refuse_overwriting(path, contents)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for file, content in contents.items():
            file.write_bytes(content)
    except OSError as error:
        reason = system_words(error)
        raise InputError(
            say("{path} cannot be written: {reason}", path=path, reason=reason)
        ) from None
    return (path, *(file for file in contents if file != path))


def _refuse_overwriting(path: Path, contents: dict[Path, bytes]) -> None:
    """Allow no loss: the scenario must be new, its data new or the same; the schema is ours."""
    if path.exists():
        raise InputError(say("{path} exists already: give another name", path=path))
    for file, content in contents.items():
        if file.name == SCHEMA_FILE or not file.exists():
            continue
        if not file.is_file() or file.read_bytes() != content:
            raise InputError(
                say("{path} exists already and is another file: choose another folder", path=file)
            )
