"""The reference is generated from the models, complete, and not stale."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sim.scenario.base import Section
from sim.scenario.distributions import Exponential, Lognormal, Mixture, Uniform
from sim.scenario.reference import json_schema, reference_page, sections_by_path
from sim.scenario.scenario import Scenario
from sim.scenario.written import annotated, written

PAGE = Path(__file__).parents[2] / "docs" / "scenario-reference.md"
SECTIONS = {section: path for path, section in sections_by_path(Scenario)}
FIELDS = [
    pytest.param(info, id=f"{path}.{name}")
    for section, path in SECTIONS.items()
    for name, info in section.model_fields.items()
]


def test_the_page_is_not_stale() -> None:
    command = "python -m sim.scenario.reference docs/scenario-reference.md"
    assert PAGE.read_text("utf-8") == reference_page(), f"refresh it: {command}"


@pytest.mark.parametrize("info", FIELDS)
def test_every_key_says_what_it_means(info: Any) -> None:
    assert len(info.description or "") >= 8


@pytest.mark.parametrize("section", [pytest.param(s, id=path) for s, path in SECTIONS.items()])
def test_every_section_says_what_it_is(section: type[Section]) -> None:
    assert section.__doc__
    assert section.__doc__ != Section.__doc__


@pytest.mark.parametrize("info", FIELDS)
def test_a_default_shown_is_the_default_used(info: Any) -> None:
    if info.is_required():
        return
    adapter: TypeAdapter[Any] = TypeAdapter(annotated(info))
    used = info.get_default(call_default_factory=True)
    if info.validate_default:
        used = adapter.validate_python(used)
    assert adapter.validate_python(written(used, annotated(info))) == used


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Exponential(exponential="90 min"), {"exponential": "1.5 h"}),
        (Exponential(exponential="100 s"), {"exponential": "100 s"}),
        (Exponential(exponential="0.5 s"), {"exponential": "0.5 s"}),
        (Exponential(exponential=0), {"exponential": "0 s"}),
        (
            Uniform(uniform={"low": "2 s", "high": "1 d"}),
            {"uniform": {"low": "2 s", "high": "24 h"}},
        ),
        (
            Mixture(mixture=[{"weight": 1, "of": {"constant": "3 min"}}]),
            {"mixture": [{"weight": "100 %", "of": {"constant": "3 min"}}]},
        ),
        (
            Lognormal(lognormal={"median": "107 s", "p90": "387 s"}),
            {"lognormal": {"median": "107 s", "p90": "387 s"}},
        ),
    ],
)
def test_values_are_written_as_people_write_them(value: Section, text: object) -> None:
    assert written(value) == text


def test_the_schema_knows_every_key_and_explains_it() -> None:
    schema = json_schema()
    top = schema["properties"]
    assert set(top) == {*Scenario.model_fields, "import", "description", "overrides", "scenarios"}
    objects = [each for each in [schema, *schema["$defs"].values()] if "properties" in each]
    for each in objects:
        assert each["additionalProperties"] is False
        for name, value in each["properties"].items():
            # a description equal to that of the section referred to stands there
            assert value.get("description") or "$ref" in value, name


def test_only_the_full_schema_demands_keys() -> None:
    assert "required" not in str(json_schema())
    assert set(json_schema(is_partial=False)["required"]) == {"run"}
