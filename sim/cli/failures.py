"""What a person sees when something goes wrong, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from sim.errors import InputError, RunError, ScenarioError
from sim.text.catalogue import Translator

__all__ = ["run_guarded"]

_DEBUG = "--debug"


def run_guarded(app: typer.Typer, arguments: Sequence[str], lang: str) -> int:
    """Run the app and turn what goes wrong on purpose into a message and an exit code."""
    tr = Translator(lang)
    debug = _DEBUG in arguments
    try:
        code = app(args=[each for each in arguments if each != _DEBUG], standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.BadParameter as error:
        error.show()
        return 2
    except TyperException as error:  # an unknown verb or option
        print(error, file=sys.stderr)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        print(tr("cli.interrupted"), file=sys.stderr)
        return 1
    except InputError as error:
        if debug:
            raise
        _say(error, tr)
        return 2
    except RunError as error:
        if debug:
            raise
        _say(error, tr)
        return 1


def _say(error: Exception, tr: Translator) -> None:
    print(error, file=sys.stderr)
    if isinstance(error, ScenarioError):
        print(tr("cli.problems", n=len(error.problems)), file=sys.stderr)
