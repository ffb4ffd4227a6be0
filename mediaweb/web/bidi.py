"""Names that are written from right to left, inside texts that are not (Unicode Annex #9, UAX #9).

Templates put what people wrote into `<bdi>` or give its element `dir="auto"`. Where no element can be, in a
title, an attribute or a sentence made here, `isolate` does the same with two invisible characters.
"""

import re
import unicodedata

from flask import Flask

ISOLATE, END = "\u2068", "\u2069"
#: What would end the isolation early, or turn around what comes after.
CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Characters whose direction reaches what stands beside them.
TURNING = frozenset({"R", "AL", "AN"})


def register_bidi(app: Flask) -> None:
    """Give the templates the filter `isolate`."""
    app.add_template_filter(isolate)


def isolate(text: str) -> str:
    """Return a text so that it turns nothing around it; as it is if it is written from left to right."""
    if text.isascii():
        return text
    text = CONTROLS.sub("", text)
    if any(unicodedata.bidirectional(character) in TURNING for character in text):
        return f"{ISOLATE}{text}{END}"
    return text
