"""Where a picture was taken is for its owner and admins; previews tell nobody."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageCms
from sqlalchemy import select

from mediaweb.extensions import db
from mediaweb.models import Event, Media, Role
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.incoming import UploadDetails
from mediaweb.services.jpeg_copies import copy_as_jpeg
from mediaweb.services.media import media_service
from mediaweb.services.media_facts import LOCATION, read_facts
from mediaweb.services.preview_files import JPEG, clip_key, preview_key, read_preview
from mediaweb.services.previews import make_all_previews
from tests import files
from tests.people import ADMIN_ID, add_person, make_token, sign_in_as
from tests.services import places

#: How the coordinates begin, however they are rounded; seconds of no time do.
TOLD = re.compile(r"69\.9|110\.75|latitude|longitude", re.IGNORECASE)
FILTER = {"conditions": [], "order_by": "created_at", "order_direction": "desc"}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database of one kind: what is tested here takes a decoder, and no SQL of its own."""
    path = tmp_path / "mediaweb.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def library(make_app: Callable[..., Flask]) -> Flask:
    return make_app(anonymous_access="read")


def take_in(app: Flask, content: bytes, filename: str, owner_id: int | None = None) -> int:
    """Upload a public file and have its previews made; return its id. Commits."""
    with app.app_context():
        details = UploadDetails(user_id=owner_id, is_public=True)
        media = media_service.upload_file(
            db.session(), io.BytesIO(content), filename, **details.model_dump(exclude_none=True)
        )
        assert make_all_previews(db.session(), media.id)
        media_id: int = media.id
        return media_id


def read_place(app: Flask, media_id: int, actor: Actor) -> tuple[float | None, ...]:
    with app.app_context():
        facts = read_facts(media_service.get_page(db.session(), media_id, actor), actor)
        assert facts.camera == "Acme One"
        assert facts.taken_at is not None
        return tuple(getattr(facts, name) for name in LOCATION)


def test_owner_and_admins_know_the_place_and_others_do_not(library: Flask) -> None:
    owner_id, other_id = add_person(library, "Ola"), add_person(library, "Siri")
    media_id = take_in(library, places.make_picture("JPEG"), "a.jpg", owner_id)
    nowhere = (None, None, None)
    for knowing in (Actor(owner_id, Role.MEMBER), Actor(ADMIN_ID, Role.ADMIN), SYSTEM):
        latitude, longitude, _ = read_place(library, media_id, knowing)
        assert latitude == pytest.approx(places.LATITUDE)
        assert longitude == pytest.approx(places.LONGITUDE)
    for stranger in (ANONYMOUS, Actor(other_id, Role.MEMBER), Actor(other_id, Role.MEMBER, can_write=False)):
        assert read_place(library, media_id, stranger) == nowhere


def test_a_picture_without_owner_tells_its_place_to_admins_only(library: Flask) -> None:
    member = Actor(add_person(library, "Siri"), Role.MEMBER)
    media_id = take_in(library, places.make_picture("JPEG"), "a.jpg")
    for stranger in (ANONYMOUS, member):
        assert read_place(library, media_id, stranger) == (None, None, None)
    assert read_place(library, media_id, SYSTEM)[0] == pytest.approx(places.LATITUDE)


def addresses(media_id: int) -> Iterator[tuple[str, str, Any]]:
    """What answers with media: method, address and body."""
    for path in ("/media", f"/media/{media_id}", "/", f"/gallery/{media_id}"):
        yield "GET", path, None
    yield "GET", "/media?limit=10&offset=0", None
    yield "POST", "/media/filter", FILTER
    yield "POST", "/media/filter/paginated", FILTER


def test_no_answer_tells_a_stranger_the_place(library: Flask) -> None:
    owner_id, other_id = add_person(library, "Ola"), add_person(library, "Siri")
    media_id = take_in(library, places.make_picture("JPEG"), "a.jpg", owner_id)
    strangers = {
        "a visitor": (library.test_client(), {}),
        "a member": (sign_in_as(library.test_client(), library, other_id), {}),
        "a token of a member": bearing(library, other_id, "write"),
        "a token for reading": bearing(library, other_id, "read"),
    }
    for name, (client, headers) in strangers.items():
        for method, address, body in addresses(media_id):
            answer = client.open(address, method=method, json=body, headers=headers)
            assert answer.status_code == 200, (name, address, answer.text)
            assert not TOLD.search(answer.text), (name, address)
            assert not TOLD.search(str(answer.headers)), (name, address)


def bearing(app: Flask, user_id: int, scope: str) -> tuple[FlaskClient, dict[str, str]]:
    return app.test_client(), {"Authorization": f"Bearer {make_token(app, user_id, scope)}"}


@pytest.mark.parametrize("whose", ["owner", "admin"])
def test_the_api_tells_not_even_its_owner(library: Flask, whose: str) -> None:
    owner_id = add_person(library, "Ola")
    media_id = take_in(library, places.make_picture("JPEG"), "a.jpg", owner_id)
    client, headers = bearing(library, owner_id if whose == "owner" else ADMIN_ID, "write")
    for method, address, body in addresses(media_id):
        if address.startswith("/media"):
            assert not TOLD.search(client.open(address, method=method, json=body, headers=headers).text)


@pytest.mark.parametrize("name", [*LOCATION, "facts", "placeholder"])
def test_no_filter_and_no_order_knows_the_place(library: Flask, name: str) -> None:
    client, headers = bearing(library, ADMIN_ID, "write")
    condition = {"field": name, "operator": "gt", "value": 1}
    for query in (FILTER | {"conditions": [condition]}, FILTER | {"order_by": name}):
        for address in ("/media/filter", "/media/filter/paginated"):
            assert client.post(address, json=query, headers=headers).status_code == 422


def test_no_event_tells_the_place(library: Flask) -> None:
    take_in(library, places.make_picture("JPEG"), "a.jpg")
    with library.app_context():
        recorded = db.session.scalars(select(Event)).all()
        assert len(recorded) >= 2
        assert not any(TOLD.search(f"{event.data} {event.changed}") for event in recorded)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_no_preview_of_a_picture_carries_anything_but_pixels(library: Flask, kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = places.make_picture(kind, width_px=700, icc_profile=profile)
    assert open_info(content)["icc_profile"]
    media_id = take_in(library, content, f"a.{'heic' if kind == 'HEIF' else kind.lower()}")
    with library.app_context():
        copy_as_jpeg(db.session(), media_id, 320)
        media = db.session.get(Media, media_id)
        assert media is not None
        assert media.placeholder is not None
        previews = [read_preview(media, preview_key(media.storage_path, size)) for size in (320, 640)]
        previews += [read_preview(media, preview_key(media.storage_path, 320, JPEG)), media.placeholder]
    for preview in previews:
        check_is_bare(preview)


def open_info(content: bytes) -> dict[Any, Any]:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.info


def check_is_bare(preview: bytes) -> None:
    with Image.open(io.BytesIO(preview)) as picture:
        assert dict(picture.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & picture.info.keys()
    marks = (b"Exif", b"EXIF", b"XMP ", b"xmpmeta", b"ICC", b"acsp", b"Acme", *places.TRACES)
    assert not any(mark in preview for mark in marks)


def test_no_preview_of_a_film_tells_the_place(library: Flask) -> None:
    pictures = [files.draw_corners(320 + 4 * step, 180).crop((0, 0, 320, 180)) for step in range(20)]
    content = files.make_film(pictures, "mov", tags={"location": places.ISO_6709, "title": "Harbour"})
    media_id = take_in(library, content, "a.mov")
    with library.app_context():
        media = db.session.get(Media, media_id)
        assert media is not None
        poster = read_preview(media, preview_key(media.storage_path, 320))
        clip = read_preview(media, clip_key(media.storage_path))
        assert read_facts(media_service.get_page(db.session(), media_id), SYSTEM).latitude == 59.9139
    check_is_bare(poster)
    with av.open(io.BytesIO(clip), "r") as film:
        assert not {"location", "location-eng", "title"} & film.metadata.keys()
    assert not any(trace in clip for trace in places.TRACES)


def test_what_was_stripped_tells_nobody_a_place(make_app: Callable[..., Flask]) -> None:
    library = make_app(anonymous_access="read", strip_location=True)
    media_id = take_in(library, places.make_picture("JPEG"), "a.jpg")
    assert read_place(library, media_id, SYSTEM) == (None, None, None)
