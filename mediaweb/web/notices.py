"""What a page says of what was just done, with a button that takes it back."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from flask import flash

from mediaweb.services.bulk import MAX_MEDIA
from mediaweb.services.media import Change
from mediaweb.web.bidi import isolate

#: The category of a notice that can be undone.
UNDO = "undo"
#: A notice travels in the cookie of the session, which holds 4 kB in all.
MAX_LENGTH = 1000


def notify(message: str, undo: Collection[int] = ()) -> None:
    """Have the next page say this; `undo` are the events that its button takes back."""
    written = write_ids(undo)
    if written and len(written) <= MAX_LENGTH:
        flash({"message": message, "events": written}, UNDO)  # type: ignore[arg-type] # it is kept as JSON
    else:
        flash(message)


def notify_saved(change: Change) -> None:
    """Say that a media is saved; if anything differs from before, with the way back."""
    undo = [] if change.event_id is None else [change.event_id]
    notify(f"{isolate(change.media.filename)} is saved.", undo)


def write_ids(ids: Iterable[int]) -> str:
    """Write ids such that neighbours take little room: `17-19,25`."""
    known = sorted(set(ids))
    if not known:
        return ""
    ends = [(before, after) for before, after in pairwise(known) if after - before > 1]
    firsts = [known[0], *(after for _, after in ends)]
    lasts = [*(before for before, _ in ends), known[-1]]
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True)
    )


def read_ids(text: str) -> list[int]:
    """Return the ids that were written so; none of what is written otherwise, or too many."""
    ids: list[int] = []
    for part in text[: 20 * MAX_MEDIA].split(","):
        first, _, last = part.partition("-")
        if not _is_number(first) or not _is_number(last or first):
            return []
        start, end = int(first), int(last or first)
        if not 0 <= end - start < MAX_MEDIA:
            return []
        ids += range(start, end + 1)
        if len(ids) > MAX_MEDIA:
            return []
    return ids


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20
