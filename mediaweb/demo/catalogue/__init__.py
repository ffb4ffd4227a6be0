"""The pieces of the demo, from the newest to the oldest."""

from itertools import chain, zip_longest

from mediaweb.demo.catalogue import last_month, last_summer, this_week, this_year
from mediaweb.demo.pieces import Family, Piece

PIECES: tuple[Piece, ...] = (
    *this_week.PIECES,
    *last_month.PIECES,
    *this_year.PIECES,
    *last_summer.PIECES,
)


def choose(count: int) -> list[Piece]:
    """Return so many of the pieces, of every family about as many while there are some; the oldest first."""
    families = ([piece for piece in PIECES if piece.work.family is family] for family in Family)
    in_turn = (piece for piece in chain.from_iterable(zip_longest(*families)) if piece is not None)
    chosen = [piece for piece, _ in zip(in_turn, range(count), strict=False)]
    return sorted(chosen, key=lambda piece: (-piece.days_ago, piece.time))
