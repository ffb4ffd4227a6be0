"""Which fonts stand in for those that a drawing names: few servers have Times and Arial."""

from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypedDict


class Families(TypedDict, total=False):
    """The options of resvg that name a family."""

    font_family: str
    serif_family: str
    sans_serif_family: str
    cursive_family: str
    fantasy_family: str
    monospace_family: str


_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
#: How files of usual fonts begin, and the families that they hold, the best first.
_SERIF = {"LiberationSerif-": "Liberation Serif", "NotoSerif-": "Noto Serif", "DejaVuSerif.": "DejaVu Serif"}
_SANS = {"LiberationSans-": "Liberation Sans", "NotoSans-": "Noto Sans", "DejaVuSans.": "DejaVu Sans"}
_MONO = {
    "LiberationMono-": "Liberation Mono",
    "NotoSansMono-": "Noto Sans Mono",
    "DejaVuSansMono.": "DejaVu Sans Mono",
}


@cache
def find_families() -> Families:
    """Return a family for each of the options; nothing where none of the usual fonts is here."""
    names = {path.name for path in chain.from_iterable(folder.rglob("*.[to]tf") for folder in _FOLDERS)}
    sans = _find_first(_SANS, names) or _find_first(_SERIF, names)
    if sans is None:
        return {}
    serif = _find_first(_SERIF, names) or sans
    mono = _find_first(_MONO, names) or sans
    return {
        "font_family": serif,
        "serif_family": serif,
        "sans_serif_family": sans,
        "cursive_family": sans,
        "fantasy_family": sans,
        "monospace_family": mono,
    }


def _find_first(families: dict[str, str], names: set[str]) -> str | None:
    for beginning, family in families.items():
        if any(name.startswith(beginning) for name in names):
            return family
    return None
