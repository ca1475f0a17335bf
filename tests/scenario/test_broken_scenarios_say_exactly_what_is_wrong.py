"""Each broken scenario gives its exact messages, and none gives a traceback."""

import re
from pathlib import Path

import pytest
import yaml
from corpus import BROKEN, CASES, CHINESE_CASES, expected, lay_out, said_of

from sim.errors import ScenarioError
from sim.scenario.loader import check_scenario, load_scenario

WORDED_BY_YAML = {
    "syntax",
    "tab",
    "tab_after_spaces",
    "tab_below_spaces",
    "tab_within_a_line",
    "import_broken",
}


@pytest.fixture
def corpus_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("corpus_folder")
@pytest.mark.parametrize("case", CASES)
def test_a_broken_scenario_gives_its_exact_messages(case: str) -> None:
    if case in WORDED_BY_YAML and not hasattr(yaml, "CSafeLoader"):
        pytest.skip("YAML's own words differ without the C parser")
    said = said_of(case)
    assert said
    assert said == expected(case).read_text("utf-8")


@pytest.mark.usefixtures("corpus_folder")
@pytest.mark.parametrize("case", CHINESE_CASES)
def test_a_broken_scenario_gives_its_exact_messages_in_chinese(case: str) -> None:
    if case in WORDED_BY_YAML and not hasattr(yaml, "CSafeLoader"):
        pytest.skip("YAML's own words differ without the C parser")
    assert said_of(case, "zh") == expected(case, "zh").read_text("utf-8")


@pytest.mark.usefixtures("corpus_folder")
@pytest.mark.parametrize("case", CASES)
def test_no_english_words_are_left_in_chinese_messages(case: str) -> None:
    for line in said_of(case, "zh").splitlines():
        _file, _line, _column, text = line.split(":", maxsplit=3)
        words = re.search(r"(?:[a-z]+ ){2,}[a-z]+", re.sub(r"“[^”]*”", "", text))
        assert re.search("[\u4e00-\u9fff]", text), text
        assert not words, text


def test_no_expected_text_is_left_over() -> None:
    named = {path.name.removesuffix(".expected.txt") for path in BROKEN.glob("*.expected.txt")}
    assert named == set(CASES)
    chinese = {path.name.removesuffix(".expected.zh.txt") for path in BROKEN.glob("*.zh.txt")}
    assert chinese == set(CHINESE_CASES)


@pytest.mark.usefixtures("corpus_folder")
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("run.seed", "1:1: expected key.path=value, such as run.seed=2, got 'run.seed'"),
        ("=3", "1:1: expected key.path=value, such as run.seed=2, got '=3'"),
        ("run..seed=3", "1:1: expected key.path=value, such as run.seed=2, got 'run..seed=3'"),
        ("run.sede=3", "1:1: run.sede: unknown key. Did you mean 'seed'?"),
        ("run.seed=three", "1:10: run.seed: expected a whole number, got 'three'"),
        (
            "run.seed=",
            "1:1: run.seed: expected a whole number, got nothing:"
            " give it a value or remove the key",
        ),
        (
            "crews.travel.speed = 35",
            "1:22: crews.travel.speed: 35 has no unit:"
            " write a speed with one of m/s, km/h, kt, mph, for example '45 km/h'",
        ),
        ("run.name.en=12", "1:13: run.name.en: expected text, got 12: put it in quotes"),
        (
            "run={seed: 1",
            "1:13: not valid YAML: while parsing a flow mapping did not find expected ',' or '}'",
        ),
        (
            "contact.groups.general.roster.4.agents=3",
            "1:1: contact.groups.general.roster.4.agents: no item '4' in this list of 1, from 0",
        ),
        ("import=[x.yaml]", "1:1: import: stands in scenario files only: name a scenario instead"),
        ("grid.sources.rural.nodes=../x.csv", "1:26: grid.sources.rural.nodes: the file"
         " '../x.csv' is outside the folder of the scenario"),
    ],
)  # fmt: skip
def test_a_broken_setting_gives_its_exact_message(setting: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario("county.yaml", sets=[setting])
    assert str(error.value) == f"--set:{message}"


@pytest.mark.usefixtures("corpus_folder")
def test_all_broken_settings_are_said_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario("county.yaml", sets=["run.seed=x", "run.at_most=5", "contact.trunks=-1"])
    assert [problem.column for problem in error.value.problems] == [10, 13, 16]


@pytest.mark.usefixtures("corpus_folder")
def test_an_unknown_scenario_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario("county.yaml", "more_agent")
    assert str(error.value) == (
        "county.yaml:40:1: no scenario or override is named 'more_agent'."
        " Did you mean 'more_agents'?"
    )


@pytest.mark.usefixtures("corpus_folder")
@pytest.mark.parametrize(
    ("name", "message"),
    [("gone.yaml", "no such file"), ("parts", "is a folder, not a scenario file")],
)
def test_a_file_that_is_none_is_said(name: str, message: str) -> None:
    assert [str(problem) for problem in check_scenario(name)] == [f"{name}:1:1: {message}"]


def test_an_import_may_not_leave_the_folder_through_a_link(corpus_folder: Path) -> None:
    outside = corpus_folder.parent / "outside.yaml"
    outside.write_text("run: {seed: 1}\n")
    link = corpus_folder / "link.yaml"
    try:
        link.symlink_to(outside)
    except OSError:
        pytest.skip("this system makes no links")
    path = corpus_folder / "top.yaml"
    path.write_text("import: [link.yaml]\n")
    (problem,) = check_scenario(path)
    assert problem.text == "import: 'link.yaml' is outside the folder of the scenario"
