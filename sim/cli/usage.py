"""What typer says of a command line it cannot use, as messages: its words are fixed, not ours."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

from typer.exceptions import TyperException

from sim.messages import Message, joined, quoted, say, verbatim
from sim.text.translation import translated

__all__ = ["show_usage_error", "usage_words"]


def show_usage_error(error: TyperException, lang: str) -> None:
    """Print what cannot be used, and how to ask for help; words we do not know as typer does."""
    words = usage_words(error.format_message())
    if lang == "en" or words is None:
        show = getattr(error, "show", lambda: print(error.format_message(), file=sys.stderr))
        show()
        return
    said = []
    context = getattr(error, "ctx", None)
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        said.append(say("Usage: {usage}", usage=usage))
        help_call = f"{context.command_path} {context.help_option_names[0]}"
        said.append(say("Try {command!r} for help.", command=help_call))
    said.append(say("Error: {problem}", problem=words))
    for each in said:
        print(translated(each, lang), file=sys.stderr)


def usage_words(text: str) -> Message | None:
    """Return one of typer's sentences as the message it is, or None for one we do not know."""
    for pattern, message in _SENTENCES:
        match = pattern.fullmatch(text)
        if match is not None:
            return message(*match.groups())
    return None


def _names(text: str) -> Message:
    return joined(", ", map(quoted, re.findall(r"'([^']*)'", text)))


def _plain(text: str) -> Message:
    return joined(", ", text.split(", "))


def _problem(text: str) -> Message:
    return usage_words(text) or verbatim(text)


_SENTENCES: tuple[tuple[re.Pattern[str], Callable[..., Message]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), message)
    for pattern, message in (
        (r"Missing command\.", lambda: say("Missing command.")),
        (
            r"No such command '(.*)'\.",
            lambda name: say("No such command {name!r}.", name=name),
        ),
        (
            r"No such command '(.*)'\. Did you mean (.*)\?",
            lambda name, near: say(
                "No such command {name!r}. Did you mean {near}?", name=name, near=_names(near)
            ),
        ),
        (
            r"No such option: (\S*)",
            lambda name: say("No such option: {name}", name=name),
        ),
        (
            r"No such option: (\S*) \(Possible options: (.*)\)",
            lambda name, near: say(
                "No such option: {name} (Possible options: {near})", name=name, near=_plain(near)
            ),
        ),
        (
            r"Missing argument '(.*)'\.",
            lambda name: say("Missing argument {name!r}.", name=name),
        ),
        (
            r"Option '(.*)' requires an argument\.",
            lambda name: say("Option {name!r} requires an argument.", name=name),
        ),
        (
            r"Option '(.*)' does not take a value\.",
            lambda name: say("Option {name!r} does not take a value.", name=name),
        ),
        (
            r"Got unexpected extra argument\(s\) \((.*)\)",
            lambda words: say("Got unexpected extra argument(s) ({words})", words=words),
        ),
        (
            r"Invalid value for '(.*?)': (.*)",
            lambda name, problem: say(
                "Invalid value for {name!r}: {problem}", name=name, problem=_problem(problem)
            ),
        ),
        (
            r"Invalid value: (.*)",
            lambda problem: say("Invalid value: {problem}", problem=_problem(problem)),
        ),
        (
            r"Input should be a valid integer, unable to parse string as an integer",
            lambda: say("Input should be a valid integer, unable to parse string as an integer"),
        ),
        (
            r"Input should be a valid number, unable to parse string as a number",
            lambda: say("Input should be a valid number, unable to parse string as a number"),
        ),
        (
            r"Input should be greater than or equal to (\S+)",
            lambda least: say("Input should be greater than or equal to {least}", least=least),
        ),
        (
            r"Input should be less than or equal to (\S+)",
            lambda most: say("Input should be less than or equal to {most}", most=most),
        ),
    )
)
