"""The command line: verbs only; everything they do stands elsewhere.

Heavy modules are imported inside the verbs, so that `--help` stays quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sim.cli.language import wanted_language

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a verb and exit: 0 done, 1 the run failed, 2 the input cannot be used."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Windows consoles and pipes may have a code page that cannot write Chinese
            stream.reconfigure(encoding="utf-8", errors="replace")
    from sim.cli.app import build_app
    from sim.cli.failures import run_guarded

    lang = wanted_language(given)
    sys.exit(run_guarded(build_app(lang), given, lang))
