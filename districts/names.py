"""Folding and casing of names: one place, used wherever two names are compared."""

import re
import unicodedata

# Written small inside a name: Jammu and Kashmir, Golmuri cum Jugsalai.
SMALL_WORDS = {"and", "alias", "cum", "of", "the"}
# Community development, tribal development: these two stand in many names of blocks.
CAPITALS = {"cd", "td"}
ROMAN = re.compile(r"[ivx]+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*", re.UNICODE)


def fold(text):
    """Lower case, composed letters, single spaces: the form in which ``AreaAlias.value`` is kept.

    Only what never carries meaning is folded. Punctuation stays: ``East & West`` and ``East West`` are two
    aliases of a place, not one rule that could merge two places.
    """
    return " ".join(unicodedata.normalize("NFC", str(text)).casefold().split())


def letters(text):
    """Letters, marks and digits only: ``GARIYABAND (PT)`` and ``Gariyaband-PT`` are the same name respelt."""
    return "".join(char for char in fold(text) if unicodedata.category(char)[0] in "LMN")


def proper_case(name):
    """``LAHUL AND SPITI`` → ``Lahul and Spiti``. A name that has small letters already is left as it is.

    Roman numerals and dotted initials stay capital; a directory shouts all its names, a screen should not.
    """
    name = " ".join(name.split())
    if not name.isupper():
        return name

    def recase(match):
        word = match[0]
        if word.lower() in CAPITALS or (ROMAN.fullmatch(word) and len(word) <= 4):
            return word
        if word.lower() in SMALL_WORDS and match.start() > 0:
            return word.lower()
        parts = word.split(".")
        if len(parts) > 1 and max(map(len, parts)) <= 2:
            return word
        return ".".join(part.capitalize() for part in parts)

    return WORD.sub(recase, name)
