"""Read OpenDSS script files: which commands are safe to build a network from, and their lines.

Nothing is executed here. `Redirect` and `Compile` are followed only into folders the user named;
commands that solve, show, write or run something are never handed on, nor is any property that
reads a file or loads a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.grid.imports.network import Findings, Place
from sim.messages import Message, quoted, say, system_words

__all__ = ["Command", "Element", "Script", "read_script"]

_BUILD = (
    *("circuit", "vsource", "line", "linecode", "linegeometry", "linespacing"),
    *("wiredata", "cndata", "tsdata", "transformer", "xfmrcode", "autotrans", "reactor"),
    *("load", "fuse", "recloser", "relay", "swtcontrol"),
)
"""Classes the engine builds; none of them can load a library."""
_NAME_ONLY = (
    *("loadshape", "growthshape", "tshape", "priceshape", "spectrum", "tcc_curve", "xycurve"),
    "dynamicexp",
)
"""Classes others refer to by name; their contents do not matter here and may be in files."""
_OWN = ("generator", "storage", "pvsystem", "regcontrol", "capacitor")
"""Classes read here without the engine: some of their properties load libraries."""
_QUIET = (
    *("monitor", "energymeter", "sensor", "capcontrol", "invcontrol", "storagecontroller"),
    *("gendispatcher", "expcontrol", "espvlcontrol", "fmonitor", "esquare"),
)
"""Classes that measure or control and are no part of a network."""

_FED = ("new", "edit", "more", "m", "~", "open", "close", "enable", "disable", "select", "var")
_FOLLOWED = ("redirect", "compile")
_COORDINATES = ("buscoords", "latlongcoords")
_SILENT = (
    *("solve", "calcvoltagebases", "setkvbase", "buildy", "makebuslist", "sample", "clearall"),
    *("help", "about", "?", "init", "uuids", "guids", "summary", "get", "comment", "cleanup"),
    *("finishtimestep", "reset", "calcincmatrix", "calcincmatrix_o", "//", "clearbusmarkers"),
)
"""Commands that change nothing of the network as built."""
_KNOWN = (
    *("new", "edit", "more", "select", "save", "show", "solve", "enable", "disable", "plot"),
    *("reset", "compile", "set", "dump", "open", "close", "redirect", "help", "quit", "next"),
    *("panel", "sample", "clear", "about", "calcvoltagebases", "setkvbase", "buildy", "get"),
    *("init", "export", "fileedit", "voltages", "currents", "powers", "buscoords"),
    *("latlongcoords", "makebuslist", "makeposseq", "reduce", "interpolate", "alignfile"),
    *("rotate", "vdiff", "summary", "distribute", "cd", "doscmd", "nodelist", "rephase"),
    *("setbusxy", "uuids", "guids", "var", "batchedit", "allocateloads", "estimate", "relcalc"),
    *("cleanup", "remove", "addbusmarker", "visualize"),
)
"""Commands in the order in which an abbreviation finds them."""
_SETTINGS = ("defaultbasefrequency", "voltagebases")
_PAIRS = {'"': '"', "'": "'", "(": ")", "[": "]", "{": "}"}
_READS_FILE = re.compile(
    r"\b(?:file|csvfile|sngfile|dblfile|pqcsvfile)\s*=|\b(?:user|shaft|dyna)\w*\s*=", re.IGNORECASE
)
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Command:
    """One command to hand to the engine, and where it stands."""

    place: Place
    text: str


@dataclass(slots=True)
class Element:
    """An element as its lines write it: properties by name, in lower case, the last one wins."""

    place: Place
    kind: str
    name: str
    properties: dict[str, str] = field(default_factory=dict)
    remark: str = ""


@dataclass
class Script:
    """All files of a source read in order."""

    commands: list[Command] = field(default_factory=list)
    elements: dict[tuple[str, str], Element] = field(default_factory=dict)
    coordinates: dict[str, tuple[float, float]] = field(default_factory=dict)


def read_script(
    main: Path, further: Sequence[Path], roots: Sequence[Path], findings: Findings
) -> Script:
    """Read a script and all it redirects to; raise ScenarioError where that is not possible.

    Further files are read after it: scripts, else lists of coordinates.
    """
    reader = _Reader(roots, findings)
    reader.read(main, 0)
    for path in further:
        if path.suffix.lower() == ".dss":
            reader.read(path, 0)
        else:
            reader.coordinates(path)
    return reader.script


def _refused(place: Place, text: Message) -> ScenarioError:
    return ScenarioError([Problem(place.file, place.line, 1, text)])


def text_of(path: Path, place: Place | None = None) -> str:
    """Return the text of a file in UTF-8 or Latin-1; raise ScenarioError where it is not text."""
    at = place or Place(str(path), 1)
    try:
        content = path.read_bytes()
    except OSError as error:
        words = say("{file}: cannot be read: {reason}", file=path, reason=system_words(error))
        raise _refused(at, words) from error
    if b"\0" in content:
        raise _refused(Place(str(path), 1), say("this is not a text file"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


class _Reader:
    """Go through the files; `element` is the one that continuation lines belong to."""

    def __init__(self, roots: Sequence[Path], findings: Findings) -> None:
        self._roots = {each.resolve(): each for each in roots}
        self._findings = findings
        self.script = Script()
        self._element: Element | None = None
        self._is_built = False

    def read(self, path: Path, depth: int) -> None:
        file = str(path)
        for line, text, remark in _statements(text_of(path)):
            self._command(Place(file, line), text, remark, path.parent, depth)

    def _command(self, place: Place, text: str, remark: str, folder: Path, depth: int) -> None:
        first, *others = text.split(maxsplit=1)
        rest = others[0] if others else ""
        if text.startswith("~"):
            first, rest = "~", text[1:].strip()
        if re.match(r"[^\s=.]+\.[^=]*\.[^\s=.]+\s*=", text):  # class.name.property=value
            self._edit_one(place, text)
            return
        verb = _verb(first)
        if verb in ("new", "edit"):
            self._begin(place, verb, rest, remark)
        elif verb in ("more", "m", "~"):
            self._go_on(place, rest)
        elif verb in _FOLLOWED:
            self._follow(place, rest, folder, depth)
        elif verb in _COORDINATES:
            self._coordinates(place, rest, folder, swap=verb == "latlongcoords")
        else:
            self._simple(place, verb, text, rest)

    def _simple(self, place: Place, verb: str, text: str, rest: str) -> None:
        """Take a command that names neither an element to be built nor a file."""
        if verb == "setbusxy":
            self._one_coordinate(place, rest)
        elif verb == "set":
            self._set(place, rest)
        elif verb in _FED or (verb == "batchedit" and rest.lower().split(".")[0] in _BUILD):
            self._feed(place, text)
        elif verb == "clear":
            self.script.commands.clear()
            self.script.elements.clear()
        elif verb not in _SILENT:
            words = say("{command}: this command is not executed", command=quoted(verb))
            self._findings.leave_out(place, "command", verb, words)

    # --- elements

    def _begin(self, place: Place, verb: str, rest: str, remark: str) -> None:
        tokens = list(_tokens(rest))
        if not tokens:
            return
        named = tokens[0][1] if tokens[0][0] in ("", "object") else ""
        kind, _, name = named.lower().partition(".")
        self._element, self._is_built = None, False
        key = ("vsource", "source") if kind == "circuit" else (kind, name)
        if kind in _BUILD:
            self._is_built = self._feed(place, f"{verb} {rest}")
        elif kind in _NAME_ONLY:
            if verb == "new":
                self._feed(place, f"new {kind}.{name}")
            return
        elif kind not in _OWN:
            if kind not in _QUIET and verb == "new":
                words = say("elements of this class are not imported: {kind}", kind=quoted(kind))
                self._findings.leave_out(place, "unknown_class", named, words)
            return
        element = self.script.elements.get(key)
        if element is None:
            element = Element(place, key[0], name, {}, remark)
            self.script.elements[key] = element
        elif verb == "new":
            words = say(
                "a second element of this name; the first is in {file}:{line}",
                file=element.place.file,
                line=element.place.line,
            )
            self._findings.odd(place, "duplicate", named, words)
        element.properties.update(tokens[1:])
        self._element = element

    def _go_on(self, place: Place, rest: str) -> None:
        if self._element is not None:
            self._element.properties.update(_tokens(rest))
        if self._is_built:
            self._feed(place, f"~ {rest}")

    def _edit_one(self, place: Place, text: str) -> None:
        path, _, value = text.partition("=")
        kind, _, rest = path.strip().lower().partition(".")
        name, _, word = rest.rpartition(".")
        if (element := self.script.elements.get((kind, name))) is not None:
            element.properties[word.strip()] = value.strip()
        if kind in _BUILD:
            self._feed(place, text)

    def _feed(self, place: Place, text: str) -> bool:
        if _READS_FILE.search(text):
            words = say("this reads a file or loads a library, and is not handed on")
            self._findings.leave_out(place, "command", text.partition("=")[0].strip(), words)
            return False
        self.script.commands.append(Command(place, text))
        return True

    def _set(self, place: Place, rest: str) -> None:
        for name, value in _tokens(rest):
            if name == "loadmult" and value not in ("1", "1.0"):
                words = say("load multiplier {value}: loads are taken without it", value=value)
                self._findings.odd(place, "load_multiplier", "loadmult", words)
            for known in _SETTINGS:
                if len(name) > 8 and known.startswith(name):
                    self._feed(place, f"set {known}=[{value}]")

    # --- other files

    def _inside(self, place: Place, named: str, folder: Path) -> Path:
        """Return a file named by a script; raise ScenarioError if it is outside the folders."""
        path = _without_case(folder, named.replace("\\", "/"))
        for real, given in self._roots.items():
            if path.is_relative_to(real):
                return given / path.relative_to(real)  # as the user wrote it
        words = say(
            "{file} is outside the folders that were named: name its folder too, to have it read",
            file=quoted(named),
        )
        raise _refused(place, words)

    def _follow(self, place: Place, rest: str, folder: Path, depth: int) -> None:
        named = _unquoted(rest)
        path = self._inside(place, named, folder)
        if depth >= _DEEPEST:
            words = say("{file}: files that redirect to each other", file=quoted(named))
            raise _refused(place, words)
        if not path.is_file():
            raise _refused(place, say("there is no file {file}", file=quoted(named)))
        self._element, self._is_built = None, False
        self.read(path, depth + 1)

    def _coordinates(self, place: Place, rest: str, folder: Path, *, swap: bool) -> None:
        named = _unquoted(rest)
        path = self._inside(place, named, folder)
        if not path.is_file():
            words = say("there is no file {file}", file=quoted(named))
            self._findings.odd(place, "missing_coordinates", named, words)
            return
        self.coordinates(path, place, swap=swap)

    def coordinates(self, path: Path, place: Place | None = None, *, swap: bool = False) -> None:
        """Read a list of buses with their coordinates."""
        for line, text in enumerate(text_of(path, place).splitlines(), start=1):
            cells = re.split(r"[\s,;]+", _uncommented(text)[0].strip().strip(","))
            if len(cells) < 3:
                if cells != [""]:
                    self._no_pair(Place(str(path), line), cells[0])
                continue
            self._note(Place(str(path), line), cells[0], cells[1:3], swap=swap)

    def _one_coordinate(self, place: Place, rest: str) -> None:
        given = [value for _, value in _tokens(rest)]
        if len(given) >= 3:
            self._note(place, given[0], given[1:3], swap=False)

    def _note(self, place: Place, bus: str, pair: Sequence[str], *, swap: bool) -> None:
        try:
            x, y = (float(each) for each in pair)
        except ValueError:
            self._no_pair(place, bus)
            return
        if not (abs(x) < 1e9 and abs(y) < 1e9):
            self._no_pair(place, bus)
            return
        self.script.coordinates[_unquoted(bus).lower()] = (y, x) if swap else (x, y)

    def _no_pair(self, place: Place, bus: str) -> None:
        words = say("these are not a bus and two numbers")
        self._findings.odd(place, "missing_coordinates", bus, words)


def _verb(word: str) -> str:
    """Return the command a word means: it may be shortened."""
    low = word.lower()
    if low in _FED or low in _SILENT or low in _KNOWN or not low:
        return low
    return next((each for each in _KNOWN if each.startswith(low)), low)


def _statements(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, command, remark behind it) without comments and block comments."""
    in_comment = False
    for line, raw in enumerate(text.splitlines(), start=1):
        bare = raw.strip()
        if in_comment or bare.startswith("/*"):
            in_comment = "*/" not in bare
            continue
        command, remark = _uncommented(bare)
        if command:
            yield line, command, remark


def _uncommented(text: str) -> tuple[str, str]:
    """Part a line at `!` or `//` outside quotes and brackets."""
    closing = ""
    for k, letter in enumerate(text):
        if closing:
            closing = "" if letter == closing else closing
        elif letter in _PAIRS:
            closing = _PAIRS[letter]
        elif letter == "!" or text.startswith("//", k):
            return text[:k].strip(), text[k:].lstrip("!/ ").strip()
    return text.strip(), ""


_TOKEN = re.compile(
    r"""(?:(?P<name>[^\s,=\[\](){}"']+)\s*=\s*)?
    (?P<value>"[^"]*"?|'[^']*'?|\[[^\]]*\]?|\([^)]*\)?|\{[^}]*\}?|[^\s,="'\[\](){}]+)""",
    re.VERBOSE,
)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name in lower case or '', value without its quotes) of a command's parameters."""
    for found in _TOKEN.finditer(text):
        yield (found["name"] or "").lower(), _unquoted(found["value"])


def _unquoted(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and _PAIRS.get(bare[0]) == bare[-1]:
        return bare[1:-1].strip()
    return bare


def _without_case(folder: Path, named: str) -> Path:
    """Return the path of a file, found whatever the case of its letters, as on Windows."""
    path = folder
    for part in Path(named).parts:
        step = path / part
        if part not in ("..", ".") and not step.exists() and path.is_dir():
            low = part.lower()
            step = next((each for each in sorted(path.iterdir()) if each.name.lower() == low), step)
        path = step
    return path.resolve()
