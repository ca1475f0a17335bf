"""The after-action report of a drill: one page, offline, with tables that people fill.

What people type is kept by the page itself: a button writes the filled page to a file, leaving it
asks first, and printing shows it. The page fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from sim.report.debrief_told import DrillTeller
from sim.report.debriefed import MEASURES, PARTS, Debrief, Event, Expected, Fork, Objective, Outcome
from sim.report.document import Chart, Part, html_document, page_header, write_page
from sim.report.figures.drill import lanes_figure, losses_figure
from sim.report.summary import table
from sim.report.words import Words

__all__ = ["debrief_page", "write_debrief"]

_EMPTY_ROWS = 4
_FILLED = ("issue", "cause", "action", "owner", "due")
_TOGETHER_S = 300.0
"""Facts of one kind this close to the one before, in one lane, are told together."""
_MOST_ALIKE = 3
_MOST_BEHIND = 8
"""Log entries named behind a part of the loss."""


def write_debrief(path: Path, debrief: Debrief, lang: str = "en") -> None:
    """Write the report as one HTML file, whole or not at all."""
    write_page(path, debrief_page(debrief, lang))


def debrief_page(debrief: Debrief, lang: str = "en") -> str:
    """Return the report as one HTML page; the same drill gives the same bytes."""
    words = Words(lang)
    told = DrillTeller(debrief, words)
    title = words("debrief.title", title=debrief.title[lang])
    parts: list[Chart | Part] = [
        Part("top", "", _header(debrief, told, title)),
        Part("seats", words("debrief.seats_title"), _seats(debrief, words)),
        Part("commitment", words("debrief.commitment_title"), _commitment(debrief, words)),
        Chart("lanes", lanes_figure(debrief, told.event, words)),
        Part("events", words("debrief.events_title"), _events(debrief, told)),
        Part("objectives", words("debrief.objectives_title"), _objectives(debrief, told)),
    ]
    if debrief.outcomes:
        parts.append(Chart("losses", losses_figure(debrief, words)))
        parts.append(Part("numbers", "", _losses(debrief, words)))
    if debrief.contributions:
        heading = words("debrief.contributions_title")
        parts.append(Part("contributions", heading, _contributions(debrief, words)))
    parts += [
        Part("forks", words("debrief.forks_title"), _forks(debrief, told)),
        Part("findings", words("debrief.findings_title"), _findings(debrief, told)),
        Part("improvement", words("debrief.improvement_title"), _improvement(debrief, told)),
        Part("notes", "", _footer(debrief, told)),
    ]
    return html_document(title, parts, words)


# --- what was played


def _header(debrief: Debrief, told: DrillTeller, title: str) -> str:
    words, time = told.words, told.time
    facts = {
        "start": time.say_start(words),
        "played": words(
            "debrief.played",
            startex=time.say(debrief.startex_s, words),
            end=time.say(debrief.end_s, words),
            length=words.duration(debrief.end_s - debrief.startex_s),
        ),
        "ended": words(f"debrief.ended.{debrief.ended}"),
        "pace": words("debrief.pace.timely" if debrief.is_timely else "debrief.pace.untimely"),
        "run": debrief.run,
        "seed": str(debrief.seed),
    }
    labelled = {words(f"debrief.header.{name}"): value for name, value in facts.items()}
    buttons = (
        f'<p class="tools"><button type="button" id="save">{escape(words("debrief.save"))}'
        f'</button> <button type="button" id="print">{escape(words("debrief.print"))}</button> '
        f'<span id="unsaved" hidden>{escape(words("debrief.unsaved"))}</span></p>'
    )
    banner = f'<p class="banner">{escape(words("debrief.banner"))}</p>'
    header = page_header(words("debrief.kicker"), title, labelled, above=banner, below=buttons)
    return f"<style>{_asset('debrief.css')}</style>{header}"


def _seats(debrief: Debrief, words: Words) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(words.code("seat", each.seat))}</th>'
        f"<td>{escape(words('debrief.separator').join(each.users) or words('debrief.nobody'))}</td>"
        f'<td class="number">{escape(words.duration(each.person_s))}</td>'
        f'<td class="number">{escape(words.duration(each.autopilot_s))}</td></tr>'
        for each in debrief.seats
    )
    heads = _heads(words, "seats", "seat", "users", "person", "autopilot")
    return _section(words, "seats", table(heads, rows, numbers=(2, 3)))


def _commitment(debrief: Debrief, words: Words) -> str:
    opened = debrief.commitment
    if opened is None:
        body = f"<p>{escape(words('debrief.commitment_none'))}</p>"
        return _section(words, "commitment", body)
    kept = "kept" if opened.is_kept else "broken"
    verdict = f'<p class="{"met" if opened.is_kept else "missed"}">' + escape(
        words(f"debrief.commitment_{kept}")
    ) + "</p>"  # fmt: skip
    rows = "".join(
        f'<tr><th scope="row">{escape(words(f"debrief.commitment.{name}"))}</th>'
        f'<td class="digest">{escape(value)}</td></tr>'
        for name, value in (
            ("shown", opened.shown),
            ("recomputed", opened.recomputed),
            ("salt", opened.salt),
        )
    )
    content = (
        f"<details><summary>{escape(words('debrief.commitment.content'))}</summary>"
        f'<pre class="digest">{escape(opened.content)}</pre></details>'
    )
    return _section(words, "commitment", f"{verdict}<table><tbody>{rows}</tbody></table>{content}")


def _events(debrief: Debrief, told: DrillTeller) -> str:
    """Return the table of all lanes: a row for each thing, its sentence in the lane's column."""
    words = told.words
    heads = _heads(words, "events", "time", "truth", "known", "done", "log")
    rows = []
    for event, others in _together(debrief.events):
        sentence = told.event(event)
        text = f"{escape(sentence)}"
        if event.seat:
            seat = words.code("seat", event.seat)
            text = f'<span class="seat">{escape(seat)}</span> {text}'
        if others:
            last = told.time.say_exactly(others[-1].t_s, words)
            more = words("explain.more", n=words.number(len(others)), last=last)
            text += f'<br><span class="more">{escape(more)}</span>'
        if event.screen is not None:
            text += f'<br><span class="more">{escape(told.screen(event.screen))}</span>'
        cells = "".join(
            f'<td class="{lane}">{text if lane == event.lane else ""}</td>'
            for lane in ("truth", "known", "done")
        )
        seq = f"#{event.seq}" if event.seq >= 0 else words("debrief.session_log")
        when = told.time.say_exactly(event.t_s, words)
        rows.append(
            f'<tr><td class="when">{escape(when)}</td>{cells}'
            f'<td class="number">{escape(seq)}</td></tr>'
        )
    body = table(heads, "".join(rows), numbers=(4,)).replace("scroll", "scroll long", 1)
    return _section(words, "events", body, flows=True)


def _together(events: Iterable[Event]) -> list[tuple[Event, list[Event]]]:
    """Group facts of one kind, lane and seat that follow each other closely; few stay apart.

    Orders, injects, messages and controls are always told one by one.
    """
    groups: list[list[Event]] = []
    open_groups: dict[tuple[str, str, str], list[Event]] = {}
    for event in events:
        key = (event.lane, event.seat, event.kind)
        group = open_groups.get(key)
        is_fact = event.kind[0].isupper()
        if is_fact and group is not None and event.t_s - group[-1].t_s <= _TOGETHER_S:
            group.append(event)
        else:
            groups.append([event])
            open_groups[key] = groups[-1]
    told: list[tuple[Event, list[Event]]] = []
    for group in groups:
        if len(group) <= _MOST_ALIKE:
            told += [(each, []) for each in group]
        else:
            told.append((group[0], group[1:]))
    return sorted(told, key=lambda each: each[0].place)


# --- how well


def _objectives(debrief: Debrief, told: DrillTeller) -> str:
    words = told.words
    html = [f'<p class="note">{escape(words("debrief.bands_note"))}</p>']
    if not debrief.is_timely:
        html.append(f'<p class="note">{escape(words("debrief.untimely_note"))}</p>')
    grid = "".join(_rating(objective, words) for objective in debrief.objectives)
    heads = _heads(words, "objectives", "objective", "suggested", "score", "tried", "rating")
    html.append(table(heads, grid, numbers=(2, 3)))
    heads = _heads(words, "expected", "inject", "seat", "action", "fired", "target", "limit",
                   "answer", "success", "marks", "score", "log")  # fmt: skip
    for objective in debrief.objectives:
        if objective.expected:
            rows = "".join(_expected(each, told) for each in objective.expected)
            html.append(f"<h3>{escape(objective.title[words.lang])}</h3>")
            html.append(table(heads, rows, numbers=(4, 5, 9)))
    return _section(words, "objectives", "".join(html), flows=True)


def _rating(objective: Objective, words: Words) -> str:
    rating = objective.rating
    suggested = words(f"debrief.rating.{rating}") if rating else words("summary.none")
    chip = f'<span class="rating rating-{rating or "none"}">{escape(suggested)}</span>'
    return (
        f'<tr><th scope="row">{escape(objective.title[words.lang])}</th>'
        f"<td>{chip}</td>"
        f'<td class="number">{_points(objective.score, words)}</td>'
        f'<td class="number">{len(objective.expected)}</td>'
        f"{_fill(words, 'rating')}</tr>"
    )


def _expected(each: Expected, told: DrillTeller) -> str:
    words, time = told.words, told.time
    answer = words(f"debrief.status.{each.status}")
    if each.answered_s is not None:
        after_s = each.answered_s - each.fired_s
        answer = words(
            "debrief.answered" if after_s >= 0.0 else "debrief.answered_before",
            moment=time.say_exactly(each.answered_s, words),
            after=words.duration(abs(after_s)),
        )
    success = {True: "yes", False: "no", None: "none"}[each.success]
    action = words.code("command", each.action)
    if not each.is_wanted:
        action = words("debrief.unwanted", action=action)
    seat, title = words.code("seat", each.seat), each.title[words.lang]
    if each.is_autopilot:
        seat = words("debrief.on_autopilot", seat=seat)
    if each.is_decoy:
        title = words("debrief.decoy", title=title)
    marks = words(
        "debrief.marks",
        t=_percent(each.timeliness, words),
        c=_percent(each.correctness, words),
        k=_percent(each.communication, words),
    )
    log = " ".join(f"#{seq}" for seq in each.seqs)
    return (
        f'<tr><th scope="row">{escape(title)}</th>'
        f"<td>{escape(seat)}</td><td>{escape(action)}</td>"
        f"<td>{escape(time.say_exactly(each.fired_s, words))}</td>"
        f'<td class="number">{escape(words.duration(each.target_s - each.fired_s))}</td>'
        f'<td class="number">{escape(words.duration(each.limit_s - each.fired_s))}</td>'
        f"<td>{escape(answer)}</td><td>{escape(words(f'debrief.success.{success}'))}</td>"
        f"<td>{escape(marks)}</td>"
        f'<td class="number">{_points(each.score, words)}</td><td>{escape(log)}</td></tr>'
    )


def _losses(debrief: Debrief, words: Words) -> str:
    heads = [
        words("debrief.losses.case"),
        *(words(f"debrief.losses.{part}") for part in PARTS),
        words("debrief.losses.loss"),
        words("debrief.losses.against"),
    ]
    team = next((each.loss for each in debrief.outcomes if each.case == "team"), None)
    rows = []
    for each in debrief.outcomes:
        cells = "".join(
            f'<td class="number">{words.number(each.amounts[part])}</td>' for part in PARTS
        )
        change = "" if team is None or each.case == "team" else _signed(team - each.loss, words)
        rows.append(
            f'<tr><th scope="row">{escape(words(f"debrief.case.{each.case}"))}</th>{cells}'
            f'<td class="number"><b>{words.number(each.loss)}</b></td>'
            f'<td class="number">{change}</td></tr>'
        )
    weights = debrief.outcomes[0].weights
    note = words("debrief.weights_note", **{part: f"{weights[part]:g}" for part in PARTS})
    body = table(heads, "".join(rows), numbers=(1, 2, 3, 4, 5))
    behind = "".join(
        f'<p class="note">{escape(line)}</p>'
        for each in debrief.outcomes
        for line in _behind(each, words)
    )
    return f'<section id="numbers"><p class="note">{escape(note)}</p>{body}{behind}</section>'


def _behind(outcome: Outcome, words: Words) -> list[str]:
    """Return, part by part, the log entries from which most of an amount comes."""
    lines = []
    for part in PARTS:
        heaviest = outcome.behind.get(part, ())[:_MOST_BEHIND]
        if heaviest:
            entries = words("debrief.separator").join(
                words("debrief.behind.entry", seq=seq, amount=words.number(amount))
                for seq, amount in heaviest
            )
            lines.append(
                words("debrief.behind", part=words(f"debrief.part.{part}"), entries=entries)
            )
    return lines


def _contributions(debrief: Debrief, words: Words) -> str:
    heads = _heads(words, "contributions", "seat", "change", *PARTS)
    rows = "".join(
        f'<tr><th scope="row">{escape(words.code("seat", each.seat))}</th>'
        f'<td class="number"><b>{_signed(each.change, words)}</b></td>'
        + "".join(f'<td class="number">{_signed(each.amounts[part], words)}</td>' for part in PARTS)
        + "</tr>"
        for each in debrief.contributions
    )
    return _section(words, "contributions", table(heads, rows, numbers=(1, 2, 3, 4)))


def _forks(debrief: Debrief, told: DrillTeller) -> str:
    words = told.words
    if not debrief.forks:
        return _section(words, "forks", f"<p>{escape(words('debrief.forks_none'))}</p>")
    html = []
    if debrief.redrawn:
        names = words("debrief.separator").join(
            words(f"debrief.luck.{each}") if f"debrief.luck.{each}" in words else each
            for each in debrief.redrawn
        )
        html.append(f'<p class="note">{escape(words("debrief.redrawn", names=names))}</p>')
    html += [_fork(fork, told) for fork in debrief.forks]
    return _section(words, "forks", "".join(html))


def _fork(fork: Fork, told: DrillTeller) -> str:
    words = told.words
    shown = [each for each in fork.effects if each.is_shown]
    html = [f"<h3>{escape(told.fork(fork))}</h3>"]
    if not shown:
        key = "debrief.fork_small" if fork.n_redraws else "debrief.fork_unknown"
        html.append(f"<p>{escape(words(key, n=words.number(fork.n_redraws)))}</p>")
    else:
        heads = _heads(words, "effects", "measure", "change", "spread", "range")
        rows = "".join(
            f'<tr><th scope="row">{escape(words(f"debrief.measure.{each.measure}"))}</th>'
            f'<td class="number"><b>{_signed(each.change, words)}</b></td>'
            f'<td class="number">{words.number(each.spread or 0.0)}</td>'
            f'<td class="number">{_range(each.low, each.high, words)}</td></tr>'
            for each in sorted(shown, key=lambda each: MEASURES.index(each.measure))
        )
        html.append(table(heads, rows, numbers=(1, 2, 3)))
        hidden = [each for each in fork.effects if not each.is_shown]
        if hidden:
            names = words("debrief.separator").join(
                words(f"debrief.measure.{each.measure}") for each in hidden
            )
            html.append(f'<p class="note">{escape(words("debrief.hidden", names=names))}</p>')
    if fork.n_refused:
        text = words("debrief.fork_refused", n=words.number(fork.n_refused))
        html.append(f'<p class="note">{escape(text)}</p>')
    return f'<div class="fork">{"".join(html)}</div>'


# --- what follows


def _findings(debrief: Debrief, told: DrillTeller) -> str:
    words = told.words
    people = [each for each in debrief.findings if not each.is_autopilot]
    html = []
    for name, found in (
        ("strengths", [each for each in people if each.is_good]),
        ("issues", [each for each in people if not each.is_good]),
        ("plan", [each for each in debrief.findings if each.is_autopilot]),
    ):
        items = "".join(
            f"<li>{escape(told.finding(each))} {_log(each.seqs)}</li>" for each in found
        )
        html.append(f"<h3>{escape(words(f'debrief.findings.{name}'))}</h3>")
        html.append(
            f"<ul>{items}</ul>" if items else f"<p>{escape(words('debrief.findings_none'))}</p>"
        )
    return _section(words, "findings", "".join(html))


def _improvement(debrief: Debrief, told: DrillTeller) -> str:
    words = told.words
    issues = [
        told.finding(each)
        for each in debrief.findings
        if not each.is_good and not each.is_autopilot
    ]
    rows = "".join(
        f"<tr>{_fill(words, 'issue', text)}"
        + "".join(_fill(words, name) for name in _FILLED[1:])
        + "</tr>"
        for text in [*issues, *[""] * _EMPTY_ROWS]
    )
    heads = _heads(words, "improvement", *_FILLED)
    buttons = (
        f'<p class="tools"><button type="button" id="add">{escape(words("debrief.add_row"))}'
        "</button></p>"
    )
    script = (
        f'<script id="fill-script" data-name="debrief-{escape(debrief.run)}-filled.html" '
        f'data-chart-failed="{escape(words("page.chart_failed"))}">{_asset("debrief.js")}</script>'
    )
    body = table(heads, rows, numbers=()).replace("<table>", '<table id="plan" class="plan">', 1)
    return _section(words, "improvement", f"{body}{buttons}{script}", flows=True)


def _footer(debrief: Debrief, told: DrillTeller) -> str:
    words, time = told.words, told.time
    notes = [
        words("page.note_simulated"),
        words("debrief.note_log"),
        words("page.note_believed"),
        words("page.note_time", offset=time.offset),
    ]
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f"<footer><h3>{escape(words('page.notes'))}</h3><ul>{items}</ul>"
        f"<p>{escape(words('page.header_digest'))}: "
        f'<span class="digest">{escape(debrief.digest)}</span></p>'
        f'<p class="banner">{escape(words("debrief.banner"))}</p></footer>'
    )


# --- pieces


def _section(words: Words, name: str, body: str, *, flows: bool = False) -> str:
    kind = ' class="flows"' if flows else ""
    key = f"debrief.{name}_note"
    note = f'<p class="note">{escape(words(key))}</p>' if key in words else ""
    title = escape(words(f"debrief.{name}_title"))
    return f'<section id="{name}"{kind}><h2>{title}</h2>{note}{body}</section>'


def _heads(words: Words, of: str, *names: str) -> list[str]:
    return [words(f"debrief.{of}.{name}") for name in names]


def _fill(words: Words, name: str, text: str = "") -> str:
    """Return a cell that people write in."""
    hint = escape(words(f"debrief.fill.{name}"))
    return (
        f'<td class="fill" contenteditable="true" spellcheck="false" role="textbox" '
        f'aria-label="{hint}" data-hint="{hint}">{escape(text)}</td>'
    )


def _percent(share: float | None, words: Words) -> str:
    return words("summary.none") if share is None else f"{words.number(100.0 * share)} %"


def _points(share: float | None, words: Words) -> str:
    return words("summary.none") if share is None else words.number(100.0 * share)


def _signed(value: float, words: Words) -> str:
    """Return a change with its sign; a true minus, which does not break."""
    text = words.number(abs(value))
    if text == "0":
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def _range(low: float | None, high: float | None, words: Words) -> str:
    if low is None or high is None:
        return words("summary.none")
    return words("debrief.range", low=_signed(low, words), high=_signed(high, words))


def _log(seqs: Sequence[int]) -> str:
    if not seqs:
        return ""
    return f'<span class="more">{" ".join(f"#{seq}" for seq in seqs)}</span>'


def _asset(name: str) -> str:
    return (files("sim.report") / name).read_text(encoding="utf-8")
