"""Takes out of pictures and films where they were taken, while their bytes stream by.

Nothing changes its length: what tells the place is overwritten, whatever the container, and all else stays as
it is. What the bytes claim is never believed: broken or hostile records are left alone, and how far and how
often is looked is limited.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from mediaweb.services import location_boxes, location_png
from mediaweb.services.location_tiff import MAX_SPOTS, Spot, View, read_header, strip_embedded, strip_spots
from mediaweb.services.location_xmp import PROPERTY, strip_property

#: How far a record reaches from where it was found, in bytes; a TIFF file's directories, to both sides.
REACH = 1024 * 1024
#: How many places of a file are looked at that might be records: chance makes one in half a gigabyte. The few
#: that a PNG has take longer.
MAX_RECORDS, MAX_PNG_RECORDS = 1024, 64
#: Bytes before a record's mark that say whether it is one.
_BEFORE = 64
_LONGEST_MARK = 32

#: Takes the place out of the record whose mark is at `at` in `data`, from `low` to `high`.
Strip = Callable[[bytearray, int, int, int], None]
Records = dict[re.Pattern[bytes], Strip]

# One pattern for each mark, as one that starts with a letter is found many times faster than one of several.
_RECORDS: Records = {
    re.compile(rb"II\*\0"): strip_embedded,
    re.compile(rb"MM\0\*"): strip_embedded,
    PROPERTY: strip_property,
    re.compile(rb"\xa9xyz"): location_boxes.strip_text,
    re.compile(rb"loci"): location_boxes.strip_numbers,
    re.compile(rb"keys\0\0\0\0"): location_boxes.strip_items,
}
_PNG_RECORDS: Records = {
    re.compile(rb"eXIf"): location_png.strip_exif,
    re.compile(rb"iTXtXML:com\.adobe\.xmp\0"): location_png.strip_text,
    re.compile(rb"[tzi][TE][XT][tT]Raw profile type "): location_png.strip_text,
}


def strip_location(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass a picture or film on without the place, in as many bytes; holds about 3 MiB of it at most."""
    stream = _Stream()
    for chunk in chunks:
        stream.add(chunk)
        if ready := stream.take(is_last=False):
            yield ready
    if ready := stream.take(is_last=True):
        yield ready


class _Stream:
    """The part of a file that was received and not yet passed on. Positions count from the file's start.

    Every record is looked at with as much of the file around it, however the file was cut into chunks.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._start = 0
        self._records: Records | None = None
        #: By pattern: where it is found next, if known, and from where on to look for it.
        self._found: dict[re.Pattern[bytes], int] = {}
        self._searched: dict[re.Pattern[bytes], int] = {}
        self._left = MAX_RECORDS
        #: Of a TIFF file: the byte order, and what of its structure lies ahead.
        self._order = ""
        self._spots: list[Spot] = []
        self._spots_left = MAX_SPOTS

    @property
    def _end(self) -> int:
        return self._start + len(self._held)

    def add(self, chunk: bytes) -> None:
        self._held += chunk

    def take(self, is_last: bool) -> bytes:
        """Take out what is done with."""
        if self._records is None:
            if len(self._held) < _BEFORE and not is_last:
                return b""
            self._begin()
        self._strip_records(is_last)
        count = len(self._held) if is_last else max(0, self._find_first_needed() - self._start)
        ready = bytes(memoryview(self._held)[:count])
        del self._held[:count]
        self._start += count
        return ready

    def _begin(self) -> None:
        self._records = _RECORDS
        if self._held.startswith(location_png.SIGNATURE):
            self._records, self._left = _PNG_RECORDS, MAX_PNG_RECORDS
        self._searched = dict.fromkeys(self._records, 0)
        header = read_header(self._held[:8])
        if header is not None:
            self._order, first = header
            self._spots = [first]
            self._searched = dict.fromkeys(self._records, 4)

    def _strip_records(self, is_last: bool) -> None:
        """Look at all records whose surroundings are at hand, in order."""
        while True:
            self._search()
            at = min(self._found.values(), default=self._end)
            spot_at = self._spots[0].offset if self._spots else self._end
            if min(at, spot_at) >= self._end or (min(at, spot_at) + REACH > self._end and not is_last):
                return
            if spot_at <= at:
                self._strip_spot(heappop(self._spots))
            else:
                self._strip_record(next(mark for mark, place in self._found.items() if place == at), at)

    def _strip_record(self, mark: re.Pattern[bytes], at: int) -> None:
        assert self._records is not None
        del self._found[mark]
        view = self._view(at, _BEFORE)
        if mark.match(self._held, at - self._start):  # unless it went with the one before
            self._records[mark](view.data, at - self._start, view.low, view.high)
        self._left -= 1
        if not self._left:
            self._searched, self._found = {}, {}

    def _strip_spot(self, spot: Spot) -> None:
        for ahead in strip_spots(self._view(spot.offset, REACH), -self._start, self._order, [spot]):
            if ahead.offset > spot.offset and self._spots_left:
                self._spots_left -= 1
                heappush(self._spots, ahead)

    def _view(self, at: int, before: int) -> View:
        low, high = max(at - before, 0), min(at + REACH, self._end)
        return View(self._held, low - self._start, high - self._start)

    def _search(self) -> None:
        """Find the next mark of every kind."""
        for mark, position in self._searched.items():
            if mark in self._found:
                continue
            match = mark.search(self._held, position - self._start)
            if match is None:
                self._searched[mark] = max(position, self._end - _LONGEST_MARK)
            else:
                self._found[mark] = self._start + match.start()
                self._searched[mark] = self._found[mark] + 1
            del match  # it keeps what it was found in from growing

    def _find_first_needed(self) -> int:
        """Find where the bytes start that may still change, or be needed to look at what comes."""
        needed = [self._end - _LONGEST_MARK - _BEFORE, *(place - _BEFORE for place in self._found.values())]
        if self._spots:
            needed.append(self._spots[0].offset - REACH)
        return min(needed)
