"""What the YAML parser says of broken files, as messages: its words are fixed, but not ours."""

from __future__ import annotations

from sim.messages import Message, say, verbatim

__all__ = ["yaml_words"]

_WORDS = {
    str(each): each
    for each in (
        say("while parsing a %TAG directive"),
        say("while parsing a block collection"),
        say("while parsing a block mapping"),
        say("while parsing a block node"),
        say("while parsing a flow mapping"),
        say("while parsing a flow node"),
        say("while parsing a flow sequence"),
        say("while parsing a node"),
        say("while parsing a quoted scalar"),
        say("while parsing a tag directive"),
        say("while parsing a tag"),
        say("while scanning a %TAG directive"),
        say("while scanning a %YAML directive"),
        say("while scanning a block scalar"),
        say("while scanning a directive"),
        say("while scanning a plain scalar"),
        say("while scanning a quoted scalar"),
        say("while scanning a simple key"),
        say("while scanning a tag directive"),
        say("while scanning a tag"),
        say("while scanning an alias"),
        say("while scanning an anchor"),
        say("while scanning for the next token"),
        say("block sequence entries are not allowed in this context"),
        say("could not find expected ':'"),
        say("could not find expected directive name"),
        say("did not find URI escaped octet"),
        say("did not find expected '!'"),
        say("did not find expected ',' or ']'"),
        say("did not find expected ',' or '}}'"),
        say("did not find expected '-' indicator"),
        say("did not find expected <document start>"),
        say("did not find expected alphabetic or numeric character"),
        say("did not find expected comment or line break"),
        say("did not find expected digit or '.' character"),
        say("did not find expected hexdecimal number"),
        say("did not find expected key"),
        say("did not find expected node content"),
        say("did not find expected tag URI"),
        say("did not find expected version number"),
        say("did not find expected whitespace or line break"),
        say("did not find expected whitespace"),
        say("did not find the expected '>'"),
        say("found a tab character that violates indentation"),
        say("found a tab character where an indentation space is expected"),
        say("found an indentation indicator equal to 0"),
        say("found character that cannot start any token"),
        say("found duplicate %TAG directive"),
        say("found duplicate %YAML directive"),
        say("found extremely long version number"),
        say("found incompatible YAML document"),
        say("found invalid Unicode character escape code"),
        say("found undefined tag handle"),
        say("found unexpected ':'"),
        say("found unexpected document indicator"),
        say("found unexpected end of stream"),
        say("found unexpected non-alphabetical character"),
        say("found unknown directive name"),
        say("found unknown escape character"),
        say("mapping keys are not allowed in this context"),
        say("mapping values are not allowed in this context"),
    )
}
"""The words of the C parser that a scenario can bring about."""


def yaml_words(context: str | None, problem: str | None) -> Message:
    """Return what the parser was at, and what was wrong; words we do not know stay its own."""
    said = [_WORDS.get(words) or verbatim(words) for words in (context, problem) if words]
    if len(said) == 2:
        return say("{context} {problem}", context=said[0], problem=said[1])
    return said[0] if said else say("the parser gives no reason")
