"""What a person sees when something goes wrong, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from sim.cli.usage import show_usage_error
from sim.errors import InputError, RunError, ScenarioError
from sim.messages import message_of, system_words
from sim.text.catalogue import Translator
from sim.text.translation import problem_line, translated

__all__ = ["run_guarded"]

_DEBUG = "--debug"
_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""


def run_guarded(app: typer.Typer, arguments: Sequence[str], lang: str) -> int:
    """Run the app and turn what goes wrong on purpose into a message and an exit code."""
    tr = Translator(lang)
    given = [each for each in arguments if each != _DEBUG]
    try:
        code = app(args=given, standalone_mode=False)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except TyperException as error:
        show_usage_error(error, lang)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        print(tr("cli.interrupted"), file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (InputError, RunError, OSError) as error:
        unexpected = isinstance(error, OSError) and error.filename is None
        if unexpected or _DEBUG in arguments:
            raise
        _say(error, tr)
        return 2 if isinstance(error, InputError) else 1


def _say(error: Exception, tr: Translator) -> None:
    if isinstance(error, OSError):  # a full disk, a folder that may not be written
        reason = translated(system_words(error), tr.lang)
        print(f"{error.filename}: {reason}", file=sys.stderr)
        return
    if isinstance(error, ScenarioError):
        for problem in error.problems:
            print(problem_line(problem, tr.lang), file=sys.stderr)
        print(tr("cli.problems", n=len(error.problems)), file=sys.stderr)
        return
    print(translated(message_of(error), tr.lang), file=sys.stderr)
