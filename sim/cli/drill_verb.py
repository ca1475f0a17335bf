"""The verb drill: play an exercise in the browser, or alone; replay, resume and fork it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.output import bar, compile_if_needed, note
from sim.errors import InputError
from sim.messages import say
from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from sim.drill.play import Progress
    from sim.drill.rerun import Rerun
    from sim.drill.session import Session

__all__ = [
    "LOOPBACK",
    "fork_drill",
    "play_alone",
    "play_live",
    "replay_drill",
    "resume_drill",
    "show_drill",
]

LOOPBACK = "127.0.0.1"
_LOOK_S = 0.5


def play_alone(
    file: Path, sets: tuple[str, ...], seed: int | None, out: Path, as_json: bool, tr: Translator
) -> None:
    """Play a drill with every seat on autopilot, store it and say where."""
    from sim.scenario.loader import load_scenario

    loaded = load_scenario(file, sets=sets)
    seed = loaded.scenario.run.seed if seed is None else seed
    folder = out / f"{file.stem}-autopilot-seed{seed}"
    compile_if_needed(tr)

    from sim.drill.autopilot import play_alone as play

    with bar(tr("cli.drill.playing")) as progress:
        result = play(loaded, seed, folder, tr.lang, _teller(progress))
    if as_json:
        values = {name: each.value for name, each in result.indicators.items()}
        content = {"run": str(folder), "seed": seed, "digest": result.manifest.digest}
        print(json.dumps({**content, "indicators": values}, ensure_ascii=False, indent=1))
        return
    _say_results(folder, tr)


def play_live(
    file: Path,
    sets: tuple[str, ...],
    seed: int | None,
    out: Path,
    host: str,
    port: int,
    as_json: bool,
    tr: Translator,
) -> None:
    """Play a drill with people in the browser."""
    from sim.drill.session import Session
    from sim.drill.wallclock import hidden_seed, stamp
    from sim.scenario.loader import load_scenario

    loaded = load_scenario(file, sets=sets)
    folder = out / f"{file.stem}-drill-{stamp()}"
    session = Session.new(loaded, hidden_seed() if seed is None else seed, folder, lang=tr.lang)
    _serve(session, host, port, as_json, tr)


def resume_drill(run: Path, host: str, port: int, as_json: bool, tr: Translator) -> None:
    """Go on with a drill whose server was ended, or with a fork: paused where it was."""
    from sim.drill.session import Session

    _serve(Session.recover(run, lang=tr.lang), host, port, as_json, tr)


def replay_drill(run: Path, as_json: bool, tr: Translator) -> None:
    """Make a finished drill again from its ledger and say that it is the same."""
    compile_if_needed(tr)

    from sim.drill.ledger import read_written
    from sim.drill.replay import verified

    with bar(tr("cli.drill.replaying")) as progress:
        output = verified(run, _teller(progress))
    sealed = output.manifest.sealed(output.tables)
    n_facts, n_commands = sealed.tables["facts"].rows, len(read_written(run).commands)
    if as_json:
        content = {"run": str(run), "digest": sealed.digest, "is_same": True,
                   "facts": n_facts, "commands": n_commands}  # fmt: skip
        print(json.dumps(content, ensure_ascii=False))
        return
    print(tr("cli.drill.same", facts=n_facts, commands=n_commands, digest=sealed.digest))


def show_drill(run: Path, host: str, port: int, as_json: bool, tr: Translator) -> None:
    """Show a drill again on its consoles, at any speed and from any moment."""
    from sim.drill.rerun import Rerun

    compile_if_needed(tr)
    _serve(Rerun(run), host, port, as_json, tr)


def fork_drill(
    run: Path, at: str | None, keep_later: bool, out: Path, as_json: bool, tr: Translator
) -> None:
    """Make a new drill whose history is that of another up to a time after StartEx."""
    from sim.drill.folder import Drill
    from sim.drill.replay import fork
    from sim.units import DURATION, parse_quantity

    if at is None:
        raise InputError(say("name the moment of the fork, as time after StartEx: --at '35 min'"))
    after_s = parse_quantity(at, DURATION)
    at_s = Drill.read(run).terms.startex_s + after_s
    folder = fork(run, at_s, out / f"{run.name}-fork-{after_s:g}s", keep_later=keep_later)
    if as_json:
        print(json.dumps({"run": str(folder), "at_s": at_s}, ensure_ascii=False))
        return
    print(tr("cli.drill.forked", path=folder))


def _serve(session: Session | Rerun, host: str, port: int, as_json: bool, tr: Translator) -> None:
    """Serve the consoles until the exercise is over and somebody presses Ctrl-C."""
    import threading

    from sim.drill.session import Session
    from sim.web.server import ConsoleServer

    server = ConsoleServer(session, host, port)
    if server.is_shared:
        note(tr("cli.drill.shared", host=host))
    session.open()
    server.start()
    pause, told = threading.Event(), False
    try:
        # Ctrl-C may come as soon as the links are read
        _say_links(server.links(), session, as_json, tr)
        while session.failure is None:
            pause.wait(_LOOK_S)
            if session.results is not None and not told:
                told = True
                _say_results(session.folder, tr)
                note(tr("cli.drill.close"))
    except KeyboardInterrupt:
        if session.results is None and isinstance(session, Session):
            note(tr("cli.drill.resume", path=session.folder))
            raise
    finally:
        server.stop()
        session.close()
    if session.failure is not None:
        raise session.failure


def _say_links(
    links: dict[str, str], session: Session | Rerun, as_json: bool, tr: Translator
) -> None:
    if as_json:
        print(json.dumps({"run": str(session.folder), "links": links}, ensure_ascii=False))
    else:
        print(tr("cli.drill.links"))
        for seat, link in links.items():
            print(f"  {tr(f'session.seat.{seat}')}: {link}")
    sys.stdout.flush()  # whoever started this through a pipe waits for the links


def _say_results(folder: Path, tr: Translator) -> None:
    note(tr("cli.stored", path=folder))
    from sim.drill.ending import FAILED_FILE

    for name in ("debrief.html", "report.html"):
        if (folder / name).is_file():
            note(tr("cli.open_report", path=folder / name))
    if (folder / FAILED_FILE).is_file():
        note(tr("cli.drill.no_debrief", path=folder / FAILED_FILE, run=folder))


def _teller(progress: Bar) -> Progress:
    """Return what moves a progress bar."""
    task = progress.task_ids[0]

    def tell(t_s: float, from_s: float, to_s: float) -> None:
        progress.update(task, completed=(t_s - from_s) / max(to_s - from_s, 1.0))

    return tell
