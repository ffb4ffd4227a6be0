"""Many media as one zip: complete, of the size that was announced, and in little memory."""

import io
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from zipstream import ng

from mediaweb.errors import InvalidInput, MediaNotFound, StoredFileNotFound
from mediaweb.extensions import settings
from mediaweb.models import Media, Role
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.archives import BLOCK_BYTES, make_archive
from mediaweb.storage import LocalStorage
from tests.services.library import add_media, add_user

#: Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MIB = 1024**2
GIB = 1024**3
ZEROS = bytes(BLOCK_BYTES)


def store(session: Session, *contents: bytes, **values: Any) -> list[int]:
    """Add media with their files."""
    ids = add_media(session, [{"file_size": len(content), **values} for content in contents])
    for media_id, content in zip(ids, contents, strict=True):
        path_of(session, media_id).write_bytes(content)
    return ids


def path_of(session: Session, media_id: int) -> Path:
    key = session.scalar(select(Media.storage_path).where(Media.id == media_id))
    path = settings.media_path / str(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def unpack(session: Session, ids: list[int], actor: Actor = SYSTEM) -> dict[str, bytes]:
    """Return the content of every entry, having checked sums and the announced size."""
    archive = make_archive(session, ids, actor)
    content = b"".join(archive)
    assert len(content) == archive.size_bytes
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_it_holds_every_file_once_by_id(session: Session) -> None:
    ids = store(session, b"first", b"second", b"x" * 3 * BLOCK_BYTES, filename="Grüße.jpg")
    assert list(unpack(session, [ids[2], *ids, 99_999, 2**63]).items()) == [
        ("Grüße.jpg", b"first"),
        ("Grüße (2).jpg", b"second"),
        ("Grüße (3).jpg", b"x" * 3 * BLOCK_BYTES),
    ]


def test_entries_are_stored_with_the_time_of_their_upload_and_names_in_utf_8(session: Session) -> None:
    ids = store(session, b"one", b"two", filename="ä.jpg")  # created at 12:00 and 12:01
    with zipfile.ZipFile(io.BytesIO(b"".join(make_archive(session, ids, SYSTEM)))) as opened:
        entries = opened.infolist()
    assert [entry.date_time for entry in entries] == [(2026, 1, 1, 12, 0, 0), (2026, 1, 1, 12, 1, 0)]
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert all(entry.flag_bits & 0x800 for entry in entries)


def test_everybody_gets_what_they_may_see(session: Session) -> None:
    owner_id, stranger_id = add_user(session, "Olga"), add_user(session, "Sven")
    [public] = store(session, b"public", filename="public.txt")
    [private] = store(session, b"private", filename="private.txt", is_public=False, user_id=owner_id)
    everything = {"public.txt": b"public", "private.txt": b"private"}
    for actor in (Actor(owner_id, Role.MEMBER), Actor(1, Role.ADMIN)):
        assert unpack(session, [public, private], actor) == everything
    for actor in (Actor(stranger_id, Role.MEMBER), ANONYMOUS):
        assert unpack(session, [public, private], actor) == {"public.txt": b"public"}
        with pytest.raises(MediaNotFound):
            make_archive(session, [private], actor)


def test_a_thousand_is_the_most_and_none_too_few(session: Session) -> None:
    store(session, b"x", filename="a.txt")
    assert unpack(session, list(range(1, 1001))) == {"a.txt": b"x"}
    for count in (0, 1001):
        with pytest.raises(InvalidInput):
            make_archive(session, range(1, count + 1), SYSTEM)


def test_a_file_that_is_missing_is_named(session: Session) -> None:
    ids = store(session, b"here", filename="missing files.TXT")
    lost = add_media(session, [{"filename": "lost.jpg"}])
    entries = unpack(session, [*ids, *lost])
    assert list(entries) == ["missing files.TXT", "Missing files (2).txt"]
    assert "lost.jpg" in entries["Missing files (2).txt"].decode().splitlines()
    with pytest.raises(StoredFileNotFound):
        make_archive(session, lost, SYSTEM)


def test_a_file_that_disappears_on_the_way_breaks_the_stream(session: Session) -> None:
    ids = store(session, b"stays", b"goes")
    archive = make_archive(session, ids, SYSTEM)
    path_of(session, ids[1]).unlink()
    with pytest.raises(StoredFileNotFound):
        list(archive)


def test_a_file_that_became_shorter_breaks_the_stream(session: Session) -> None:
    ids = store(session, b"all of it")
    path_of(session, ids[0]).write_bytes(b"all")
    with pytest.raises(RuntimeError, match="size"):
        list(make_archive(session, ids, SYSTEM))


def test_it_takes_no_more_memory_for_more_bytes(session: Session) -> None:
    ids = add_media(session, ({"file_size": 5 * MIB} for _ in range(10)))
    for media_id in ids:
        with path_of(session, media_id).open("wb") as file:
            file.truncate(5 * MIB)
    archive = make_archive(session, ids, SYSTEM)
    tracemalloc.start()
    try:
        assert sum(map(len, archive)) == archive.size_bytes > 50 * MIB
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()


class Large(io.RawIOBase):
    """5 GiB of zeros, as if from a network."""

    remaining = 5 * GIB

    def read(self, _size: int = -1) -> bytes:
        self.remaining -= len(ZEROS)
        return ZEROS if self.remaining >= 0 else b""


def test_beyond_four_gibibytes_it_is_zip64(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Summing up 5 GiB takes seconds: it is left out for zeros, which leave holes in the file."""
    [large] = add_media(session, [{"filename": "large", "file_size": 5 * GIB}])
    [small] = store(session, b"behind it", filename="small")
    open_stored = LocalStorage.open

    def open_any(self: LocalStorage, key: str, start: int = 0, end: int | None = None) -> BinaryIO | Large:
        return open_stored(self, key, start, end) if key.startswith("2026/01/01/0_1") else Large()

    monkeypatch.setattr(LocalStorage, "open", open_any)
    monkeypatch.setattr(LocalStorage, "size_bytes", lambda *_: 1)  # they are all there
    monkeypatch.setattr(ng, "crc32", lambda data, crc: crc if data is ZEROS else zlib.crc32(data, crc))
    archive = make_archive(session, [large, small], SYSTEM)
    with (tmp_path / "large.zip").open("wb") as file:
        for chunk in archive:
            if chunk is ZEROS:
                file.seek(len(chunk), io.SEEK_CUR)
            else:
                file.write(chunk)
        assert file.tell() == archive.size_bytes
    with zipfile.ZipFile(tmp_path / "large.zip") as opened:
        assert [entry.file_size for entry in opened.infolist()] == [5 * GIB, 9]
        assert opened.getinfo("small").header_offset > 5 * GIB
        assert opened.read("small") == b"behind it"
