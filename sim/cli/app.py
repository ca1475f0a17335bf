"""The verbs and their options; help texts come from the catalogue of the language.

NOTE: no postponed annotations here: typer must see the help texts inside them.
"""

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.folders import RESULTS
from sim.text.catalogue import Translator

__all__ = ["build_app"]


def build_app(lang: str) -> typer.Typer:
    """Return the command line in a language."""
    tr = Translator(lang)
    app = typer.Typer(
        help=tr("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    _add_common_options(app, tr)
    _add_scenario_verbs(app, tr)
    _add_run_verbs(app, tr)
    _add_drill_verb(app, tr)
    _add_reliability_verb(app, tr)
    _add_import_verbs(app, tr)
    _add_result_verbs(app, tr)
    _add_indices_verb(app, tr)
    return app


def _option(tr: Translator, key: str, *names: str, least: int | None = None) -> object:
    return typer.Option(*names, help=tr(f"cli.option.{key}"), min=least)


def _add_common_options(app: typer.Typer, tr: Translator) -> None:
    """Take what may stand before the verb; --debug is read by `failures` wherever it stands."""

    @app.callback(help=tr("cli.help"))
    def common(
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
        _debug: Annotated[bool, _option(tr, "debug", "--debug")] = False,
    ) -> None:
        _known(lang)


def _add_scenario_verbs(app: typer.Typer, tr: Translator) -> None:
    as_json = _option(tr, "json", "--json")
    language = _option(tr, "lang", "--lang")
    settings = _option(tr, "set", "--set")

    @app.command(help=tr("cli.verb.check"))
    def check(
        files: Annotated[list[Path], typer.Argument(help=tr("cli.argument.files"))],
        sets: Annotated[list[str] | None, settings] = None,
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.scenario_verbs import check_files

        raise typer.Exit(check_files(files, tuple(sets or ()), json, Translator(_known(lang))))

    @app.command(help=tr("cli.verb.schema"))
    def schema(
        out: Annotated[Path | None, _option(tr, "schema_out", "--out")] = None,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.scenario_verbs import print_schema

        print_schema(out, Translator(_known(lang)))

    @app.command(help=tr("cli.verb.new"))
    def new(
        target: Annotated[Path, typer.Argument(help=tr("cli.argument.target"))],
        kind: Annotated[str, _option(tr, "kind", "--kind")] = "county",
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.scenario_verbs import start_scenario

        start_scenario(kind, target, json, Translator(_known(lang)))


def _add_run_verbs(app: typer.Typer, tr: Translator) -> None:
    as_json = _option(tr, "json", "--json")
    language = _option(tr, "lang", "--lang")
    settings = _option(tr, "set", "--set")
    seed_option = _option(tr, "seed", "--seed", least=0)
    out_option = _option(tr, "out", "--out")
    workers_option = _option(tr, "workers", "--workers", least=0)

    @app.command(help=tr("cli.verb.run"))
    def run(
        file: Annotated[Path, typer.Argument(help=tr("cli.argument.file"))],
        scenario: Annotated[str, _option(tr, "scenario", "--scenario")] = "base",
        seed: Annotated[int | None, seed_option] = None,
        replications: Annotated[int, _option(tr, "replications", "--replications")] = 1,
        sets: Annotated[list[str] | None, settings] = None,
        out: Annotated[Path | None, out_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        words = Translator(_known(lang))
        given = tuple(sets or ())
        if replications == 1:
            from sim.cli.run_verb import run_once

            run_once(file, scenario, given, seed, out, json, words)
        else:
            from sim.cli.compare_verb import Request, compare_cases

            request = Request((file,), (scenario,), given, replications, seed, workers)
            compare_cases(request, out, json, words)

    @app.command(help=tr("cli.verb.compare"))
    def compare(
        files: Annotated[list[Path], typer.Argument(help=tr("cli.argument.files"))],
        scenario: Annotated[list[str] | None, _option(tr, "scenarios", "--scenario")] = None,
        replications: Annotated[int, _option(tr, "replications", "--replications")] = 20,
        seed: Annotated[int | None, seed_option] = None,
        sets: Annotated[list[str] | None, settings] = None,
        out: Annotated[Path | None, out_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.compare_verb import Request, compare_cases

        request = Request(
            tuple(files),
            tuple(scenario or ("base",)),
            tuple(sets or ()),
            replications,
            seed,
            workers,
        )
        compare_cases(request, out, json, Translator(_known(lang)))


def _add_drill_verb(app: typer.Typer, tr: Translator) -> None:
    @app.command(help=tr("cli.verb.drill"))
    def drill(
        what: Annotated[str, typer.Argument(help=tr("cli.argument.drill"))],
        run: Annotated[Path | None, typer.Argument(help=tr("cli.argument.drill_run"))] = None,
        autopilot: Annotated[bool, _option(tr, "autopilot", "--autopilot")] = False,
        seed: Annotated[int | None, _option(tr, "drill_seed", "--seed", least=0)] = None,
        sets: Annotated[list[str] | None, _option(tr, "set", "--set")] = None,
        out: Annotated[Path | None, _option(tr, "out", "--out")] = None,
        host: Annotated[str, _option(tr, "host", "--host")] = "127.0.0.1",
        port: Annotated[int, _option(tr, "port", "--port")] = 0,
        at: Annotated[str | None, _option(tr, "at", "--at")] = None,
        keep_later: Annotated[bool, _option(tr, "keep_later", "--keep-later")] = False,
        show: Annotated[bool, _option(tr, "show", "--show")] = False,
        forks: Annotated[list[str] | None, _option(tr, "forks", "--fork")] = None,
        redraws: Annotated[int, typer.Option(min=0, max=200, help=tr("cli.option.redraws"))] = 20,
        json: Annotated[bool, _option(tr, "json", "--json")] = False,
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
    ) -> None:
        words, given, folder = Translator(_known(lang)), tuple(sets or ()), out or RESULTS
        if what in ("replay", "resume", "fork", "debrief"):
            if run is None:
                raise typer.BadParameter(tr("cli.drill.no_run", what=what))
            if what == "debrief":
                from sim.cli.debrief_verb import debrief

                debrief(run, tuple(forks or ()), redraws, json, words)
                return
            from sim.cli.drill_verb import fork_drill, replay_drill, resume_drill, show_drill

            if what == "replay" and show:
                show_drill(run, host, port, json, words)
            elif what == "replay":
                replay_drill(run, json, words)
            elif what == "resume":
                resume_drill(run, host, port, json, words)
            else:
                fork_drill(run, at, keep_later, out or run.parent, json, words)
            return
        if run is not None:
            raise typer.BadParameter(f"{run}: {what}: replay | resume | fork | debrief")
        from sim.cli.drill_verb import play_alone, play_live

        if autopilot:
            play_alone(Path(what), given, seed, folder, json, words)
        else:
            play_live(Path(what), given, seed, folder, host, port, json, words)


def _add_reliability_verb(app: typer.Typer, tr: Translator) -> None:
    @app.command(help=tr("reliability.verb"))
    def reliability(
        grid: Annotated[Path, typer.Argument(help=tr("reliability.argument.file"))],
        scenario: Annotated[str, _option(tr, "scenario", "--scenario")] = "base",
        years: Annotated[int, typer.Option(min=0, help=tr("reliability.option.years"))] = 0,
        seed: Annotated[int, typer.Option(min=0, help=tr("reliability.option.seed"))] = 1,
        sets: Annotated[list[str] | None, _option(tr, "set", "--set")] = None,
        out: Annotated[Path | None, _option(tr, "out", "--out")] = None,
        json: Annotated[bool, _option(tr, "json", "--json")] = False,
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
    ) -> None:
        from sim.cli.reliability_verb import Request, assess_grid

        request = Request(grid, scenario, tuple(sets or ()), years, seed)
        assess_grid(request, out, json, Translator(_known(lang)))


def _add_import_verbs(app: typer.Typer, tr: Translator) -> None:
    def option(name: str, key: str, least: float | None = None) -> object:
        return typer.Option(name, help=tr(f"import.option.{key}"), min=least)

    @app.command("import", help=tr("import.verb"))
    def import_(
        sources: Annotated[list[Path], typer.Argument(help=tr("import.argument.sources"))],
        out: Annotated[Path, option("--out", "out")],
        kind: Annotated[str, option("--format", "format")] = "auto",
        name: Annotated[str | None, option("--name", "name")] = None,
        kw_per_customer: Annotated[
            float | None, option("--kw-per-customer", "kw_per_customer")
        ] = None,
        collapse_below: Annotated[
            float | None, option("--collapse-below", "collapse_below", 0.0)
        ] = None,
        head_breaker: Annotated[str | None, option("--head-breaker", "head_breaker")] = None,
        length_unit: Annotated[str | None, option("--length-unit", "length_unit")] = None,
        xy: Annotated[str | None, option("--xy", "xy")] = None,
        at: Annotated[str | None, option("--at", "at")] = None,
        construction: Annotated[str | None, option("--construction", "construction")] = None,
        max_i_ka: Annotated[float | None, option("--max-i-ka", "max_i_ka")] = None,
        substation_mva: Annotated[
            float | None, option("--substation-mva", "substation_mva")
        ] = None,
        backup: Annotated[str | None, option("--backup", "backup")] = None,
        columns: Annotated[list[str] | None, option("--column", "column")] = None,
        show_all: Annotated[bool, option("--all", "all")] = False,
        json: Annotated[bool, _option(tr, "json", "--json")] = False,
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
    ) -> None:
        from sim.cli.import_verb import Asked, import_grid

        given = {
            "name": name,
            "kw_per_customer": kw_per_customer,
            "collapse_below_kv": collapse_below,
            "head_breaker": head_breaker,
            "length_unit": length_unit,
            "xy_unit": xy,
            "station": at,
            "construction": construction,
            "max_i_ka": max_i_ka,
            "substation_mva": substation_mva,
            "backup": backup,
            "columns": tuple(columns or ()),
        }
        asked = Asked(tuple(sources), kind, given)
        import_grid(asked, out, show_all, json, Translator(_known(lang)))

    @app.command("export-geojson", help=tr("import.geojson_verb"))
    def geojson(
        file: Annotated[Path, typer.Argument(help=tr("reliability.argument.file"))],
        out: Annotated[Path, option("--out", "geojson_out")],
        scenario: Annotated[str, _option(tr, "scenario", "--scenario")] = "base",
        sets: Annotated[list[str] | None, _option(tr, "set", "--set")] = None,
        json: Annotated[bool, _option(tr, "json", "--json")] = False,
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
    ) -> None:
        from sim.cli.geojson_verb import export_geojson

        export_geojson(file, scenario, tuple(sets or ()), out, json, Translator(_known(lang)))


def _add_result_verbs(app: typer.Typer, tr: Translator) -> None:
    as_json = _option(tr, "json", "--json")
    language = _option(tr, "lang", "--lang")

    @app.command(help=tr("cli.verb.explain"))
    def explain(
        run: Annotated[Path, typer.Argument(help=tr("cli.argument.run"))],
        incident: Annotated[str, typer.Argument(help=tr("cli.argument.incident"))] = "",
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.result_verbs import explain_incident

        explain_incident(run, incident, json, Translator(_known(lang)))

    @app.command(help=tr("cli.verb.report"))
    def report(
        runs: Annotated[list[Path], typer.Argument(help=tr("cli.argument.runs"))],
        out: Annotated[Path | None, _option(tr, "report_out", "--out")] = None,
        json: Annotated[bool, as_json] = False,
        lang: Annotated[str, language] = tr.lang,
    ) -> None:
        from sim.cli.result_verbs import report_runs

        report_runs(runs, out, json, Translator(_known(lang)))


def _add_indices_verb(app: typer.Typer, tr: Translator) -> None:
    def option(name: str, least: float | None = None) -> object:
        key = name.removeprefix("--").replace("-", "_")
        return typer.Option(name, help=tr(f"indices.option.{key}"), min=least)

    @app.command(help=tr("indices.verb"))
    def indices(
        file: Annotated[Path, typer.Argument(help=tr("indices.argument.file"))],
        customers: Annotated[float | None, option("--customers")] = None,
        kva: Annotated[float | None, option("--kva")] = None,
        users: Annotated[float | None, option("--users")] = None,
        distinct: Annotated[float | None, option("--distinct")] = None,
        threshold: Annotated[str, option("--threshold")] = "3 min",
        period: Annotated[str | None, option("--period")] = None,
        unplanned: Annotated[bool, option("--unplanned")] = False,
        cemi: Annotated[list[int] | None, option("--cemi", 1)] = None,
        celid_s: Annotated[list[float] | None, option("--celid-s", 0)] = None,
        celid_t: Annotated[list[float] | None, option("--celid-t", 0)] = None,
        kw_per_kva: Annotated[float | None, option("--kw-per-kva")] = None,
        external: Annotated[list[str] | None, option("--external")] = None,
        shortage: Annotated[list[str] | None, option("--shortage")] = None,
        zone: Annotated[str | None, option("--zone")] = None,
        columns: Annotated[list[str] | None, option("--column")] = None,
        until: Annotated[str | None, option("--until")] = None,
        report: Annotated[Path | None, option("--report")] = None,
        json: Annotated[bool, _option(tr, "json", "--json")] = False,
        lang: Annotated[str, _option(tr, "lang", "--lang")] = tr.lang,
    ) -> None:
        from sim.cli.indices_verb import Asked, print_indices

        asked = Asked(
            customers=customers,
            kva=kva,
            users=users,
            distinct=distinct,
            threshold=threshold,
            period=period,
            unplanned=unplanned,
            cemi=tuple(cemi or (3,)),
            celid_s=tuple(celid_s or (8.0,)),
            celid_t=tuple(celid_t or (24.0,)),
            kw_per_kva=kw_per_kva,
            external=tuple(external or ()),
            shortage=tuple(shortage or ()),
            zone=zone,
            columns=tuple(columns or ()),
            until=until,
            report=report,
        )
        print_indices(file, asked, json, Translator(_known(lang)))


def _known(lang: str) -> str:
    from sim.text.catalogue import LANGUAGES

    if lang not in LANGUAGES:
        raise typer.BadParameter(f"--lang: {lang!r}: en | zh")
    return lang
