"""`explain` counts the work orders of an incident, in both languages."""

import numpy as np
import pytest
from synthetic_run import SyntheticRun

from sim.report.explain import explain
from sim.store.columns import empty_tables


def with_orders(run: SyntheticRun, incident: str) -> dict:
    """Return the run's tables with four reports of an incident and one of none."""
    columns = {name: np.zeros(5, column.dtype) if column.dtype != object else
               np.array([""] * 5, dtype=object)
               for name, column in empty_tables()["work_orders"].items()}  # fmt: skip
    columns["kind"][:] = ["order", "merged", "merged", "spared", "order"]
    columns["incident"][:4] = incident
    columns["chasers"][:] = [2, 1, 0, 0, 9]
    columns["late_arrival"][:] = [True, False, False, False, True]
    columns["late_dispatch"][:] = [True, True, False, True, True]
    return {**run.tables, "work_orders": columns}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Work orders: 3, of these merged 2, late in some stage 2."
               " Chasers 3, reports spared 1."),
        ("zh", "工单 3 张，其中合并 2 张，有环节超时 2 张；催办 3 次，报备后未派单 1 件。"),
    ],
)  # fmt: skip
def test_work_orders_stand_below_the_title(synthetic: SyntheticRun, lang: str, told: str) -> None:
    incident = synthetic["incidents"]["incident"][0]
    tables = with_orders(synthetic, incident)
    assert explain(tables, synthetic.manifest, incident, lang).splitlines()[1] == told


def test_an_incident_nobody_reported_tells_of_none(synthetic: SyntheticRun) -> None:
    first, other = synthetic["incidents"]["incident"][:2]
    tables = with_orders(synthetic, first)
    plain = explain(synthetic.tables, synthetic.manifest, other)
    assert explain(tables, synthetic.manifest, other) == plain
