"""Every family of the table of parameters can be chosen, with the numbers of its source."""

import csv
import math
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from exposed import DAY_S, Gusts, failures, lines

from sim.hazards.assets import Station
from sim.hazards.fragility import CURVES, MPH_MS, tree_curve, wood_pole_of_age

_FILE = Path(__file__).parent / "data" / "fragility_wind.csv"
TABLE = {
    row["component"]: row for row in csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines())
}
NAMES = {
    "distribution pole": "quanta_pole",
    "distribution conductor (per span)": "quanta_conductor",
    "transmission tower": "quanta_tower",
    "wood pole 20 yr old": "wood_pole_20",
    "wood pole 40 yr old": "wood_pole_40",
    "wood pole 60 yr old": "wood_pole_60",
    "UK transmission tower base": "uk_tower_base",
    "UK transmission tower robust": "uk_tower_robust",
    "substation severe damage terrain k1": "hazus_k1",
    "substation severe damage terrain k3": "hazus_k3",
    "substation severe damage terrain k5": "hazus_k5",
}


def published(component: str, gust_ms: float) -> float:
    """Return the probability by the row's own words."""
    row = TABLE[component]
    at = {key: float(value) for key, value in re.findall(r"(\w+)=([\d.e-]+)", row["parameters"])}
    mph = gust_ms / MPH_MS
    if "a*exp" in row["form"]:
        return min(1.0, at["a"] * math.exp(at["b"] * mph) - at["a"])
    if "a*V^b" in row["form"]:
        return min(1.0, at["a"] * mph ** at["b"])
    if "median" in at:
        return NormalDist(math.log(at["median"]), at["beta"]).cdf(math.log(gust_ms))
    return NormalDist(at["mu"], at["sigma"]).cdf(math.log(mph))


def test_every_row_of_the_table_has_its_curve() -> None:
    assert set(NAMES.values()) == set(CURVES)
    assert set(TABLE) - set(NAMES) == {"tree stem breakage", "tree uprooting"}


@pytest.mark.parametrize("component", NAMES)
@pytest.mark.parametrize("gust_ms", [20.0, 35.8, 44.7, 60.0, 85.0])
def test_a_curve_gives_the_value_of_its_row(component: str, gust_ms: float) -> None:
    curve = CURVES[NAMES[component]]  # type: ignore[index]
    assert curve.probability(gust_ms) == pytest.approx(published(component, gust_ms), rel=1e-9)


def test_a_tree_gives_the_published_logits_less_their_value_in_calm() -> None:
    def logistic(x: float) -> float:
        return math.exp(x) / (1.0 + math.exp(x))

    def in_words(component: str, height: float, gust: float) -> float:
        found = re.fullmatch(
            r"logit P = (\S+) ([+-]) ([\d.]+) H \+ ([\d.]+) U", TABLE[component]["form"]
        )
        assert found is not None
        slope = float(found[3]) * (1 if found[2] == "+" else -1)
        return logistic(float(found[1]) + slope * height + float(found[4]) * gust)

    for height, gust in ((8.0, 28.0), (15.0, 20.0), (30.0, 25.0)):
        stem = in_words("tree stem breakage", height, gust) - in_words(
            "tree stem breakage", height, 0.0
        )
        root = in_words("tree uprooting", height, gust) - in_words("tree uprooting", height, 0.0)
        either = 1.0 - (1.0 - stem) * (1.0 - root)
        curve = tree_curve(height)
        assert curve.probability(gust) == pytest.approx(either, rel=1e-12)
        assert curve.gust_ms(either) == pytest.approx(gust, rel=1e-9)
        assert curve.probability(0.0) == 0.0


def test_wood_ages_between_the_published_ages_and_not_beyond() -> None:
    # half-way between 40 and 60 years: median 60.1 m/s, beta 0.168
    halfway = NormalDist(math.log(60.1), 0.168)
    assert wood_pole_of_age(50.0).probability(45.0) == pytest.approx(halfway.cdf(math.log(45.0)))
    for age, name in ((5.0, "wood_pole_20"), (40.0, "wood_pole_40"), (90.0, "wood_pole_60")):
        of_age = wood_pole_of_age(age).probability(45.0)
        assert of_age == pytest.approx(CURVES[name].probability(45.0))  # type: ignore[index]


def broken(kind: str, **fragility: object) -> list[str]:
    assets = lines(60, section_kv=(10.0,) * 30 + (110.0,) * 30, section_age_years=(20.0, 60.0) * 30)
    wind = Gusts(48.0)
    chosen = {"spans": "none", "poles": "none", **fragility}
    found = [f for k in range(4) for f in failures(assets, k, wind=wind, fragility=chosen)]
    assert {f.part[:4] for f in found} <= {kind}
    return [f.asset for f in found]


def test_poles_by_age_fail_as_their_age_says() -> None:
    fell = broken("pole", poles="wood_pole_by_age")
    old = sum(int(name.removeprefix("hills/line")) % 2 for name in fell)
    n = 4 * 30 * 51
    for count, age in ((len(fell) - old, 20), (old, 60)):
        share = CURVES[f"wood_pole_{age}"].probability(48.0)  # type: ignore[index]
        assert count == pytest.approx(n * share, abs=4 * math.sqrt(n * share) + 1)


def test_only_lines_of_high_voltage_stand_on_towers() -> None:
    fell = broken("pole", towers="uk_tower_base")
    assert {int(name.removeprefix("hills/line")) >= 30 for name in fell} == {True}
    share = CURVES["uk_tower_base"].probability(48.0)
    n = 4 * 30 * 51
    assert len(fell) == pytest.approx(n * share, abs=4 * math.sqrt(n * share))
    poles = broken("pole", poles="wood_pole_60", towers="none")
    assert {int(name.removeprefix("hills/line")) < 30 for name in poles} == {True}


def test_a_station_fails_as_a_whole_and_as_often_as_hazus_says() -> None:
    stations = tuple(
        Station(f"s{k}/trafo{i}", f"s{k}/bus0", "hills", 27.5, 119.9)
        for k in range(2000)
        for i in range(2)
    )
    assets = lines(1, stations=stations)
    found = failures(
        assets,
        wind=Gusts(65.0),
        fragility={"spans": "none", "poles": "none", "substations": "hazus_k1"},
    )
    share = CURVES["hazus_k1"].probability(65.0)
    assert len(found) / 2 == pytest.approx(2000 * share, abs=4 * math.sqrt(2000 * share))
    lost = {f.asset for f in found}
    assert {name.replace("trafo0", "trafo1") for name in lost} == {n for n in lost if "trafo1" in n}
    assert all(0.0 < f.t_s <= DAY_S / 2 for f in found)


def test_trees_fall_onto_lined_spans_as_often_as_their_height_says() -> None:
    heights = (10.0, 20.0) * 100
    assets = lines(200, section_trees=(0.5,) * 200, section_tree_height_m=heights)
    none = {"spans": "none", "poles": "none"}
    trees = {"per_km": 200, "hits_share": 0.5, "temporary_share": 0.4}
    found = failures(assets, wind=Gusts(28.0), fragility=none, trees=trees)
    assert {f.hazard for f in found} == {"tree"}
    # half of 4 km with 200 trees a km, half of which would hit
    n = 100 * 200
    for height, even in ((10.0, 0), (20.0, 1)):
        fell = [f for f in found if int(f.asset.removeprefix("hills/line")) % 2 == even]
        share = tree_curve(height).probability(28.0)
        assert len(fell) == pytest.approx(n * share, abs=4 * math.sqrt(n * share))
    spans = np.array([int(f.part.removeprefix("span")) for f in found])
    assert spans.min() >= 0
    assert spans.max() <= 49
    assert spans.mean() == pytest.approx(24.5, abs=4 * 14.4 / math.sqrt(len(spans)))
    passing = sum(f.kind == "temporary" for f in found) / len(found)
    assert passing == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / len(found)))
