"""Which language the command line speaks: --lang, else STORMDESK_LANG, else the system's."""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence

__all__ = ["wanted_language"]


def wanted_language(arguments: Sequence[str]) -> str:
    """Return en or zh; an impossible --lang is left for the verb to refuse."""
    given = ""
    for k, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            given = argument.partition("=")[2]
        elif argument == "--lang" and k + 1 < len(arguments):
            given = arguments[k + 1]
    system = (os.environ.get(name, "") for name in ("STORMDESK_LANG", "LC_ALL", "LANG"))
    chosen = given or next((each for each in system if each), "") or (locale.getlocale()[0] or "")
    return "zh" if chosen.lower().startswith(("zh", "chinese")) else "en"
