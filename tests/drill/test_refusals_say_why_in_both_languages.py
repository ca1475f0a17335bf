"""Every code a drill refuses with has words, in English and in Chinese."""

import ast
from pathlib import Path

import pytest

import sim
from sim.drill.answers import Answers
from sim.drill.play import Answer
from sim.text.catalogue import LANGUAGES, catalogue

SIM = Path(sim.__file__).parent
FOUND_IN = {
    "drill/wire.py": ("_RefusedError", "Malformed"),
    "drill/session.py": ("Answer", "_refuse"),
}


def said_in_wire_and_session() -> set[str]:
    """Return the literal codes handed to what refuses."""
    codes: set[str] = set()
    for name, refusing in FOUND_IN.items():
        tree = ast.parse((SIM / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in refusing:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                codes |= {each for each in texts if isinstance(each, str) and each}
    return codes


def returned_by(path: str, prefixes: tuple[str, ...]) -> set[str]:
    """Return the literal codes that functions of a file return."""
    codes: set[str] = set()
    for function in ast.walk(ast.parse((SIM / path).read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef) or not function.name.startswith(prefixes):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None:
                parts = [node.value]
                if isinstance(node.value, ast.IfExp):
                    parts = [node.value.body, node.value.orelse]
                codes |= {
                    each.value
                    for each in parts
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return codes - {""}


CODES = sorted(
    said_in_wire_and_session()
    | returned_by("drill/session.py", ("_why_not", "_do", "_start", "_set_speed", "_step", "_hint"))
    | returned_by("drill/rerun.py", ("_do", "_fork"))
    | returned_by("world/handlers.py", ("_check",))
    | returned_by("world/shortage.py", ("_check", "_why_not"))
    | returned_by("world/planned.py", ("_check",))
    | returned_by("world/deliberate.py", ("_check",))
    | returned_by("world/needs.py", ("_check",))
    | returned_by("crews/crews.py", ("can_start",))
    | returned_by("drill/director.py", ("may_",))
    | {"run_over", "failed", "no_answer", "ended"}
)


def test_codes_are_found() -> None:
    assert {
        "bad_value",
        "not_started",
        "unknown_tier",
        "crew_busy",
        "inject_held",
        "not_cut",
    } <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_code_has_words(code: str) -> None:
    ack = Answers().ack("1", Answer(False, code))
    for lang in LANGUAGES:
        texts = catalogue(lang)
        assert f"session.why.{code}" in texts or f"code.why.{code}" in texts
        assert code not in ack["text"][lang] or "_" not in code
