"""Read an outage list from CSV; all that is wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

import numpy as np

from sim.indicators.outages.outage_list import NO_GROUP, SIZES, OutageList
from sim.messages import Message, joined, say
from sim.table_file import Row, TableFile, calendar_time
from sim.units import MINUTE_S

__all__ = ["HEADINGS", "read_outages"]

HEADINGS = {
    "start": (
        "start", "start_time", "outage_start", "begin", "off",
        "停电开始时间", "停电起始时间", "停电时间", "开始时间", "起始时间", "开始",
    ),
    "end": (
        "end", "end_time", "outage_end", "restored", "restoration_time", "on",
        "停电结束时间", "停电终止时间", "复电时间", "送电时间", "恢复送电时间", "恢复供电时间",
        "恢复时间", "结束时间", "终止时间", "结束",
    ),
    "minutes": (
        "minutes", "duration_min", "duration_minutes", "停电分钟", "停电分钟数",
        "停电时长(分钟)", "停电时间(分钟)", "停电持续时间(分钟)", "停电时长(min)",
    ),
    "customers": (
        "customers", "customers_interrupted", "customer_count", "n_customers",
        "停电客户数", "影响客户数", "客户数", "停电户数", "影响户数", "户数",
    ),
    "kva": (
        "kva", "kva_interrupted", "interrupted_kva", "connected_kva",
        "停电容量(kVA)", "停电容量", "容量(kVA)", "配变容量(kVA)", "配变容量", "容量",
    ),
    "users": (
        "users", "user_count", "n_users",
        "停电用户数", "用户数", "中压用户数", "停电中压用户数", "影响用户数", "等效用户数",
    ),
    "load_kw": (
        "load_kw", "kw", "interrupted_kw", "停电负荷(kW)", "损失负荷(kW)", "负荷(kW)",
    ),
    "cause": ("cause", "reason", "停电原因", "责任原因", "原因"),
    "planned": (
        "planned", "scheduled", "是否计划", "是否计划停电", "是否预安排", "停电性质", "停电类型",
        "停电类别",
    ),
    "group": (
        "group", "customer_group", "transformer",
        "客户组", "用户组", "台区", "台区编号", "台区名称",
    ),
    "distinct": (
        "distinct", "distinct_customers", "first_time_customers", "首次停电客户数", "不重复客户数",
    ),
}  # fmt: skip
"""Headings of each column; where several are there, the one that stands first here counts.

In DL/T 836 a user (用户) is a public transformer or a medium-voltage customer, so 停电用户数 is
`users`; households and other customers behind a transformer are 客户 or 户.
"""

_PLANNED = frozenset(
    (
        "y", "yes", "true", "1", "planned", "scheduled", "是", "计划", "计划停电", "预安排",
        "预安排停电", "临时", "临时停电", "检修", "检修停电", "计划检修", "临时检修", "施工",
        "施工停电", "计划施工", "临时施工", "限电", "调电", "用户申请",
    )
)  # fmt: skip
_NOT_PLANNED = frozenset(
    (
        "n", "no", "false", "0", "unplanned", "unscheduled", "forced", "fault", "否", "故障",
        "故障停电", "非计划", "非计划停电", "非预安排", "内部故障", "外部故障", "内部故障停电",
        "外部故障停电",
    )
)  # fmt: skip
_MOST = 1e12


def read_outages(
    path: Path,
    zone: tzinfo | None = None,
    named: Mapping[str, str] = MappingProxyType({}),
    open_until: datetime | None = None,
) -> OutageList:
    """Return the outages of a CSV file in its order.

    Days are those of the zone given, where times carry an offset; else those written. `named` are
    headings of this very file by column; they must be there. Outages without an end last until
    `open_until`. Raise ScenarioError with file, line and column of every problem.
    """
    headings = {**HEADINGS, **{column: (heading,) for column, heading in named.items()}}
    table = TableFile(path, headings, ("start", *named))
    if not table.problems:
        if "end" not in table and "minutes" not in table:
            words = say("columns missing from the header: {names}", names="end")
            table.say_at_header(words)
        if not any(each in table for each in SIZES):
            words = say("the header needs at least one of {names}", names=joined(", ", SIZES))
            table.say_at_header(words)
    table.raise_problems()
    reader = _Reader(table, zone, open_until)
    for row in table.rows():
        reader.read(row)
    return reader.finish()


class _Reader:
    """Collect the outages of one table."""

    def __init__(self, table: TableFile, zone: tzinfo | None, open_until: datetime | None) -> None:
        self._table, self._zone, self._open_until = table, zone, open_until
        self._has_offsets: bool | None = None
        self._numbers: list[tuple[float, ...]] = []
        self._days: list[int] = []
        self._planned: list[int] = []
        self._causes: list[str] = []
        self._groups: dict[str, int] = {}
        self._group_of: list[int] = []

    def read(self, row: Row) -> None:
        """Read one outage."""
        table = self._table
        before = len(table.problems)
        start = self._time(row, "start")
        end_s = self._end_s(row, start)
        sizes = [self._size(row, name) for name in (*SIZES, "distinct")]
        planned = self._is_planned(row)
        if len(table.problems) > before or start is None:
            return
        local = (
            start if self._zone is None or start.tzinfo is None else start.astimezone(self._zone)
        )
        self._days.append(local.toordinal())
        self._numbers.append((_seconds(start), end_s, *sizes))
        self._planned.append(planned)
        self._causes.append(table.text(row, "cause"))
        name = table.text(row, "group")
        group = self._groups.setdefault(name, len(self._groups)) if name else NO_GROUP
        self._group_of.append(group)

    def finish(self) -> OutageList:
        """Return the list, or raise all problems."""
        if not self._numbers and not self._table.problems:
            self._table.say_at_header(say("the table has no row"))
        self._table.raise_problems()
        columns = np.array(self._numbers, dtype=np.float64).T
        return OutageList(
            columns[0],
            columns[1],
            np.array(self._days, dtype=np.int64),
            {name: columns[2 + k] for k, name in enumerate(SIZES)},
            np.array(self._planned, dtype=np.int8),
            np.array(self._causes, dtype=np.str_),
            np.array(self._group_of, dtype=np.int64),
            columns[2 + len(SIZES)],
        )

    def _time(self, row: Row, column: str) -> datetime | None:
        wanted = say("a calendar time such as '2019-08-09 14:00'")
        when = self._table.read(row, column, _plausible_time, wanted)
        return None if when is None else self._like_the_others(row, column, when)

    def _like_the_others(self, row: Row, column: str, when: datetime) -> datetime | None:
        has_offset = when.tzinfo is not None
        if self._has_offsets is None:
            self._has_offsets = has_offset
        if has_offset == self._has_offsets:
            return when
        self._table.wrong(row, column, say("an offset from UTC on all times or on none"))
        return None

    def _end_s(self, row: Row, start: datetime | None) -> float:
        """Return the end, s; where the row does not give one, from its length."""
        if self._table.text(row, "minutes") and not self._table.text(row, "end"):
            length = self._table.read(row, "minutes", _number, _least(0))
            return 0.0 if start is None or length is None else _seconds(start) + length * MINUTE_S
        end = self._end(row)
        if start is None or end is None:
            return 0.0
        if _seconds(end) < _seconds(start):
            self._table.wrong(row, "end", say("a time not before 'start'"))
        return _seconds(end)

    def _end(self, row: Row) -> datetime | None:
        if self._table.text(row, "end"):
            return self._time(row, "end")
        if self._open_until is not None:
            return self._like_the_others(row, "end", self._open_until)
        column = "end" if "end" in self._table else "minutes"
        self._table.wrong(row, column, say("a value; for outages still open give --until"))
        return None

    def _size(self, row: Row, column: str) -> float:
        text = self._table.text(row, column)
        if not text:
            return np.nan
        is_whole = column in ("customers", "users", "distinct")
        parse: Callable[[str], float | None] = _whole if is_whole else _number
        wanted = say("a whole number, 0 or more") if is_whole else _least(0)
        value = self._table.read(row, column, parse, wanted)
        return np.nan if value is None else value

    def _is_planned(self, row: Row) -> int:
        text = self._table.text(row, "planned").casefold()
        if not text:
            return -1
        if text in _PLANNED or text in _NOT_PLANNED:
            return int(text in _PLANNED)
        self._table.wrong(row, "planned", say("yes or no, planned or fault, 预安排 or 故障"))
        return -1


def _plausible_time(text: str) -> datetime | None:
    """Return a time of these centuries: a list of others has a slip of the pen."""
    when = calendar_time(text)
    return when if when is not None and 1900 <= when.year < 2200 else None


def _seconds(when: datetime) -> float:
    """Return the seconds since 1970; a time without offset is taken as it stands on the wall."""
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _number(text: str) -> float | None:
    """Return a number of 0 or more, thousands separated or not."""
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if 0 <= value <= _MOST else None


def _whole(text: str) -> float | None:
    value = _number(text)
    return value if value is not None and value.is_integer() else None


def _least(low: float) -> Message:
    return say("a number, {low:g} or more", low=low)
