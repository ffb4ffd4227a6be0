"""A file that is in the library already, for those who don't want it twice."""

import io

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from mediaweb.errors import DuplicateMedia
from mediaweb.services import media_service
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.incoming import IncomingFile, UploadDetails, read_chunks
from mediaweb.services.queries import find_by_checksum
from tests.files import make_png
from tests.services.library import add_media

CHECKSUM = f"sha256:{7:064x}"


def receive(session: Session, content: bytes, *, keeps_duplicate: bool, actor: Actor = SYSTEM) -> int:
    incoming = IncomingFile("a.png", read_chunks(io.BytesIO(content)), lambda: UploadDetails(is_public=True))
    media = media_service.receive(session, incoming, actor, None, keeps_duplicate=keeps_duplicate)
    return int(media.id)


def test_the_first_that_the_actor_may_see_is_named(session: Session) -> None:
    rows = [{"checksum": CHECKSUM, "is_public": is_public} for is_public in (False, True, True)]
    ids = add_media(session, rows)
    assert find_by_checksum(session, CHECKSUM, SYSTEM) == ids[0]
    assert find_by_checksum(session, CHECKSUM, ANONYMOUS) == ids[1]
    assert find_by_checksum(session, f"sha256:{8:064x}", SYSTEM) is None


def test_a_duplicate_leaves_nothing_behind_and_other_content_is_stored(session: Session) -> None:
    first = receive(session, make_png(), keeps_duplicate=False)
    with pytest.raises(DuplicateMedia) as refusal:
        receive(session, make_png(), keeps_duplicate=False)
    assert refusal.value.media_id == first
    assert receive(session, make_png(9, 9), keeps_duplicate=False) > first
    assert receive(session, make_png(), keeps_duplicate=True) > first
    assert session.scalar(text("SELECT count(*) FROM media")) == 3
