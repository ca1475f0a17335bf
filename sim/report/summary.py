"""The indicators as tiles and tables: value, unit, definition; promises kept or missed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sim.indicators.catalogue import BY_NAME, Indicator
from sim.indicators.measured import Measured
from sim.indicators.response import AREAS
from sim.indicators.steady import Key
from sim.report.words import Words
from sim.store.manifest import Measures

__all__ = ["commitments_table", "is_absent", "measured_text", "number_text", "part_text",
           "summary_tables", "table", "tiles", "unit_text"]  # fmt: skip

HEADLINES = (
    "peak_customers_out",
    "customer_hours",
    "saidi_min",
    "county_calls_offered",
    "county_abandoned_share",
    "county_asa_s",
    "first_notice_min",
    "customers_reached_share",
)
"""What stands in the tiles at the top."""

ALONE = (
    "province_calls_offered",
    "province_calls_answered",
    "province_calls_blocked",
    "province_abandoned_share",
    "province_service_level_share",
    "province_asa_s",
    "province_longest_wait_s",
    "occupancy_share",
)
"""The same for a contact centre without a grid."""

_DIGITS = {"1": 3, "share": 1, "s": 0, "min": 1, "h": 1, "customer_h": 0, "mean": 2,
           "mw": 1, "mwh": 1, "index": 2}  # fmt: skip
_DETAIL = "service"
"""The section of which only what occurred is shown."""
_STEADY_DIGITS = {"share": 2, "mean": 3, "mean_s": 2, "per_h": 1}


def number_text(indicator: Indicator, value: float | None, words: Words) -> str:
    """Return a value as people write it; shares in percent, a dash for none."""
    if value is None:
        return words("summary.none")
    scale = 100.0 if indicator.unit == "share" else 1.0
    digits = _STEADY_DIGITS if indicator.section == "steady" else _DIGITS
    return words.number(value * scale, digits.get(indicator.unit, 0))


def measured_text(indicator: Indicator, measured: Measured, words: Words) -> str:
    """Return a value, with the half-width of its interval where it has one."""
    text = number_text(indicator, measured.value, words)
    if measured.half_width is None:
        return text
    return f"{text} ± {number_text(indicator, measured.half_width, words)}"


def part_text(key: Key, words: Words) -> str:
    """Return the name of a steady measure of one call type, agent group, or both."""
    measure = words(BY_NAME[key.name].text_key)
    part = words.code("call_type", key.call_type) if key.call_type else key.group
    if key.call_type and key.group:
        return words("summary.part_of_both", measure=measure, call_type=part, group=key.group)
    return words("summary.part", measure=measure, part=part)


def unit_text(indicator: Indicator, words: Words) -> str:
    """Return the unit people read."""
    return words(f"unit.{indicator.unit}")


def tiles(measured: Mapping[str, Measured], words: Words) -> str:
    """Return the headline figures."""
    cells = []
    for name in HEADLINES if HEADLINES[0] in measured else ALONE:
        indicator = BY_NAME[name]
        value = measured[name].value
        unit = unit_text(indicator, words) if value is not None else ""
        cells.append(
            f'<li><span class="label">{escape(words(indicator.text_key))}</span>'
            f'<span class="value">{escape(number_text(indicator, value, words))}'
            f'<span class="unit">{escape(unit)}</span></span></li>'
        )
    return f'<ul class="tiles">{"".join(cells)}</ul>'


def commitments_table(measured: Mapping[str, Measured], words: Words) -> str:
    """Return, for each area, the mean time to arrival beside what is promised."""
    heads = ("area", "mean", "commitment", "within", "verdict")
    rows = "".join(_commitment(measured, area, words) for area in AREAS)
    return table([words(f"summary.{head}") for head in heads], rows, numbers=(1, 2, 3))


def _commitment(measured: Mapping[str, Measured], area: str, words: Words) -> str:
    mean = measured[f"arrival_{area}_min"].value
    promise = measured[f"arrival_{area}_commitment_min"].value
    within = measured[f"arrival_{area}_within_share"].value
    waiting = int(measured[f"arrival_{area}_waiting"].value or 0)
    verdict = words("summary.none") if not waiting else ""
    # the mean is a lower bound while some wait: it can tell a miss, but no commitment kept
    if mean is not None and promise is not None and (mean > promise or not waiting):
        name = "met" if mean <= promise else "missed"
        verdict = f'<span class="{name}">{escape(words(f"summary.{name}"))}</span>'
    if waiting:
        verdict += (
            f' <span class="waiting">{escape(words("summary.still_waiting", n=waiting))}</span>'
        )

    def cell(value: float | None, digits: int, form: str = "{}") -> str:
        text = words("summary.none") if value is None else form.format(words.number(value, digits))
        return f'<td class="number">{escape(text)}</td>'

    return (
        f'<tr><th scope="row">{escape(words.code("area", area))}</th>{cell(mean, 1)}'
        f"{cell(promise, 0)}{cell(None if within is None else 100.0 * within, 1, '{} %')}"
        f"<td>{verdict}</td></tr>"
    )


def summary_tables(
    measured: Mapping[str, Measured],
    measures: Measures,
    words: Words,
    parts: Mapping[Key, Measured] = {},
) -> str:
    """Return every indicator by section; the measures are the thresholds in the definitions.

    parts: steady measures of call types and agent groups.
    """
    thresholds = {
        "within": words.duration(measures.service_level_within_s),
        "momentary": words.duration(measures.momentary_threshold_s),
    }
    html = []
    heads = [words(f"summary.{head}") for head in ("indicator", "value", "unit", "definition")]
    absent = [name for name, each in measured.items() if is_absent(BY_NAME[name], each)]
    measured = {name: each for name, each in measured.items() if name not in absent}
    for section in dict.fromkeys(BY_NAME[name].section for name in measured):
        rows = "".join(
            _row(BY_NAME[name], words(BY_NAME[name].text_key), each, thresholds, words)
            for name, each in measured.items()
            if BY_NAME[name].section == section
        )
        rows += "".join(
            _row(BY_NAME[key.name], part_text(key, words), each, thresholds, words)
            for key, each in parts.items()
            if BY_NAME[key.name].section == section
        )
        html.append(f"<h3>{escape(words(f'section.{section}'))}</h3>")
        html.append(table(heads, rows, numbers=(1,)))
        if section == _DETAIL and absent:
            names = words("summary.separator").join(words(BY_NAME[n].text_key) for n in absent)
            html.append(f'<p class="note">{escape(words("summary.absent", names=names))}</p>')
    return "\n".join(html)


def is_absent(indicator: Indicator, measured: Measured) -> bool:
    """Tell whether a detail is about something that did not occur."""
    return indicator.section == _DETAIL and not measured.value


def _row(
    indicator: Indicator,
    label: str,
    measured: Measured,
    thresholds: Mapping[str, str],
    words: Words,
) -> str:
    definition = words(f"definition.{indicator.name}", **thresholds)
    if measured.value is None:
        definition = f"{words(f'reason.{measured.reason}')} {definition}"
    return (
        f'<tr><th scope="row">{escape(label)}</th>'
        f'<td class="number">{escape(measured_text(indicator, measured, words))}</td>'
        f"<td>{escape(unit_text(indicator, words))}</td>"
        f'<td class="definition">{escape(definition)}</td></tr>'
    )


def table(heads: list[str], rows: str, numbers: tuple[int, ...]) -> str:
    """Return a table with ready rows; `numbers` are the columns aligned to the right."""
    head = "".join(
        f'<th class="number">{escape(text)}</th>' if i in numbers else f"<th>{escape(text)}</th>"
        for i, text in enumerate(heads)
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        "</div>"
    )
