"""Laws of the source that no tool knows: no hidden luck, no wall clock, no stray print."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

SIM = Path(sim.__file__).parent
OUTSIDE_THE_MODEL = {"cli", "web", "drill", "report", "experiments", "store", "text"}
"""Parts that may look at the wall clock; none of them is inside a run."""
MODEL = sorted(
    path for path in SIM.rglob("*.py") if path.relative_to(SIM).parts[0] not in OUTSIDE_THE_MODEL
)
CLOCKS = ("time.time", "datetime.now", "datetime.utcnow", "datetime.today", "date.today")


def calls_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every call of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def named(path: Path) -> str:
    return path.relative_to(SIM.parent).as_posix()


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{named(path)}:{line}"
        for path in SIM.rglob("*.py")
        if path.relative_to(SIM).parts[0] != "cli"
        for line, name in calls_of(path)
        if name == "print"
    ]
    # generators of docs write to standard output when they are run as modules
    assert [each for each in printing if not each.startswith(("sim/indicators/document.py",))] == []


def test_model_knows_no_wall_clock() -> None:
    imported = [
        f"{named(path)}:{line}: {module}"
        for path in MODEL
        for line, module in imports_of(path)
        if module in {"time", "timeit", "sched"}
    ]
    called = [
        f"{named(path)}:{line}: {name}"
        for path in MODEL
        for line, name in calls_of(path)
        if f".{name}".endswith(tuple(f".{clock}" for clock in CLOCKS))
    ]
    assert (imported, called) == ([], [])


def test_luck_comes_from_the_engine_alone() -> None:
    """Neither `random` nor numpy's generators outside engine.streams; no global generator at all.

    `secrets` names temporary files; it never reaches a run.
    """
    imported = [
        f"{named(path)}:{line}: {module}"
        for path in SIM.rglob("*.py")
        for line, module in imports_of(path)
        if module in {"random", "numpy.random", "uuid"} or (module == "secrets" and path in MODEL)
    ]
    called = [
        f"{named(path)}:{line}: {name}"
        for path in SIM.rglob("*.py")
        for line, name in calls_of(path)
        if (".random." in f".{name}" or name.endswith("default_rng"))
        and named(path) != "sim/engine/streams.py"
    ]
    assert (imported, called) == ([], [])


def test_nothing_is_ordered_by_python_s_salted_hash() -> None:
    called = [
        f"{named(path)}:{line}" for path in MODEL for line, name in calls_of(path) if name == "hash"
    ]
    assert called == []


MODULES = sorted(each.name for each in pkgutil.walk_packages([str(SIM)], "sim."))


@pytest.mark.parametrize("name", MODULES)
def test_module_says_what_it_is_and_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} says nothing of itself"
    is_package = hasattr(module, "__path__")
    offered = getattr(module, "__all__", None)
    assert is_package or offered is not None, f"{name} has no __all__"
    missing = [each for each in offered or () if not hasattr(module, each)]
    assert missing == []


def test_layers_are_the_ones_drawn_in_the_docs() -> None:
    """Every part of the tree is named in docs/architecture.md."""
    text = (SIM.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = {
        each.name if each.is_dir() else each.stem
        for each in SIM.iterdir()
        if each.name not in {"__init__.py", "__pycache__", "py.typed"}
    }
    assert {part for part in parts if f"`{part}`" not in text} == set()
