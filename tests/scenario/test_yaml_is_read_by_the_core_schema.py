"""YAML is read by the 1.2 core schema, with places, and nothing in it can hurt."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario import yaml_source
from sim.scenario.yaml_source import Source, plain, read_file, read_text
from sim.scenario.yaml_text import yaml_text

SOURCE = Source("x.yaml", Path())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("22:30", "22:30"),
        ("08:30", "08:30"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("2019-08-09", "2019-08-09"),
        ("~", None),
        ("", None),
        ("True", True),
        ("-.5", -0.5),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!float 12", 12),
        ("=", "="),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(written: str, value: object) -> None:
    got = plain(read_text(f"a: {written}", SOURCE))["a"]
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "3:1: the key 'a' stands twice in this mapping (first in line 1)"),
        ("a: *b", "1:4: no anchor '&b' stands before this alias"),
        ("a: &a [*a]", "1:8: '*a' stands inside its own anchor"),
        ("? [1, 2]\n: 3", "1:3: a key must be plain text"),
        ("'': 3", "1:1: a key is empty"),
        ("a: .inf", "1:4: .inf is not a finite number"),
        ("a: 1e999", "1:4: 1e999 is not a finite number"),
        ("a: " + "9" * 50, "1:4: this number is too long"),
        ("a: !thing 3", "1:4: the tag '!thing' has no meaning here"),
        ("a: !!int x", "1:4: 'x' does not fit its tag 'tag:yaml.org,2002:int'"),
        ("<<: 3", "1:1: '<<' merges mappings: give it an alias of one, or a list of them"),
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file is empty"),
        ("a: 1\n---\nb: 2", "2:1: a second YAML document starts here: keep one a file"),
        ("a: \x07", "1:4: character U+0007 is not allowed in YAML"),
        ("[" * 200, "1:62: nested more than 60 levels deep"),
    ],
)
def test_what_yaml_cannot_mean_is_refused_at_its_place(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_text(text, SOURCE)
    assert str(error.value) == f"x.yaml:{message}"


def test_several_mistakes_are_said_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        read_text("a: 1\na: 2\nb: .nan\nc: *d\n", SOURCE)
    assert [problem.line for problem in error.value.problems] == [2, 3, 4]


def test_aliases_that_would_fill_the_memory_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ScenarioError, match="more than 1,000,000 values"):
        read_text("\n".join(lines), SOURCE)


def test_merge_keys_fill_in_what_is_not_given() -> None:
    text = "base: &b {x: 1, y: 2}\nother: &o {y: 5, z: 6}\nd: {<<: [*b, *o], x: 3}"
    assert plain(read_text(text, SOURCE))["d"] == {"x": 3, "y": 2, "z": 6}


def test_every_value_and_key_knows_its_place() -> None:
    root = read_text("a:\n  b: [1, {c: 2}]\n", SOURCE)
    items = root.mapping["a"].mapping["b"].items
    assert (items[0].place.line, items[0].place.column) == (2, 7)
    assert (items[1].keys["c"].line, items[1].keys["c"].column) == (2, 11)
    assert items[1].mapping["c"].place.column == 14


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert plain(read_file(path, SOURCE)) == {"a": 1}


def test_text_that_is_not_utf8_is_refused_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("a: 1\nname: 罗阳\n".encode("gbk"))
    with pytest.raises(ScenarioError, match=r"x\.yaml:2:7: not UTF-8 text"):
        read_file(path, SOURCE)


@pytest.mark.parametrize(("name", "words"), [("", "is a folder"), ("gone.yaml", "no such file")])
def test_what_is_no_file_is_said(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=rf"x\.yaml:1:1: {words}"):
        read_file(tmp_path / name, SOURCE)


SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text("ab1~:# -<罗é\n", min_size=1, max_size=6)
TREES = st.recursive(
    SCALARS
    | NUMBERS
    | st.sampled_from(["1e3", "0o7", "NO", "22:30", "~", "2019-08-09", "1.", "#"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_what_is_written_reads_back_the_same(tree: dict[str, object]) -> None:
    assert plain(read_text(yaml_text(tree), SOURCE)) == tree


@given(st.text(max_size=40) | st.text("[]{}:,-&*!|>'\"% \n#a1", max_size=40))
def test_no_text_raises_anything_but_a_scenario_error(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        read_text(text, SOURCE)


def test_the_python_parser_gives_the_same_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [1, 'x', 22:30]\nb: &k {c: 1e3}\nd: *k\ne: |\n  two\n  lines\n"
    fast = plain(read_text(text, SOURCE))
    monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)
    assert plain(read_text(text, SOURCE)) == fast
