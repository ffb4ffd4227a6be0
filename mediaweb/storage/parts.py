"""A file cut into parts, as stores take large ones."""

from dataclasses import dataclass

MIB = 1024 * 1024
#: Smaller parts cost more requests than what is lost with one that breaks off.
LEAST_PART_BYTES = 16 * MIB
#: So many addresses fit into one answer of some 50 kB.
USUAL_PARTS = 100
MOST_PART_BYTES = 4 * 1024 * MIB


@dataclass(frozen=True, slots=True)
class PartedUpload:
    """An upload in equal parts, the last one shorter, to a key; `store_id` is the store's name for it."""

    key: str
    store_id: str
    size_bytes: int

    @property
    def part_bytes(self) -> int:
        """How long each part but the last is: whole MiB, for about a hundred parts."""
        wanted = -(-self.size_bytes // (USUAL_PARTS * MIB)) * MIB
        return min(max(wanted, LEAST_PART_BYTES), MOST_PART_BYTES)

    @property
    def part_sizes(self) -> list[int]:
        """The length of every part, in order."""
        whole, rest = divmod(self.size_bytes, self.part_bytes)
        return [self.part_bytes] * whole + ([rest] if rest else [])
