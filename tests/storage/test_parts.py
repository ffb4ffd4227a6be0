"""How files are cut that browsers bring in parts."""

import pytest

from mediaweb.storage.parts import PartedUpload


@pytest.mark.parametrize("size_bytes", [1, 16 * 2**20, 2 * 2**30, 50 * 2**30, 5 * 2**40])
def test_parts_are_few_and_hold_the_file(size_bytes: int) -> None:
    parted = PartedUpload("a", "b", size_bytes)
    assert sum(parted.part_sizes) == size_bytes
    assert len(parted.part_sizes) <= (100 if size_bytes < 2**38 else 10_000)
    assert max(parted.part_sizes) <= 5 * 2**30
    assert all(size == parted.part_bytes for size in parted.part_sizes[:-1])
