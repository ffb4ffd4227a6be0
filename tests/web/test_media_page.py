"""What the gallery and the page of a media show of its previews and facts, without a script."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL.TiffImagePlugin import IFDRational

from mediaweb.extensions import db
from mediaweb.services.previews import make_all_previews
from tests import files
from tests.api.calls import upload
from tests.people import ADMIN_ID, add_person, csrf_token, sign_in_as
from tests.previews.pictures import draw_corners, make_exif, save
from tests.web.pages import HTML, read_page, send

PHOTO = {
    0x829A: IFDRational(1, 250),
    0x829D: IFDRational(28, 10),
    0x8827: 400,
    0x9003: "2024:05:06 07:08:09",
    0x9011: "+02:00",
}
PLACE = {
    1: "N",
    2: (IFDRational(59), IFDRational(54), IFDRational(36)),
    3: "E",
    4: (IFDRational(10), IFDRational(45), IFDRational(0)),
}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Pages draw the same from either database."""
    return f"sqlite:///{tmp_path}/mediaweb.sqlite3"


@pytest.fixture
def photograph(tmp_path: Path) -> bytes:
    exif = make_exif({0x010F: "Canon", 0x0110: "Canon EOS R5"}, PHOTO, PLACE).tobytes()
    return save(tmp_path, "JPEG", draw_corners(800, 600), exif=exif).read_bytes()


def add(client: FlaskClient, app: Flask, filename: str, content: bytes, **fields: Any) -> int:
    """Upload a file and make its previews; return its id."""
    media_id = int(upload(client, content, filename=filename, **fields)["id"])
    with app.app_context():
        make_all_previews(db.session(), media_id)
    return media_id


def source_of(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def test_a_photograph_is_shown_in_the_sizes_there_are_over_its_colours(
    client: FlaskClient, app: Flask, photograph: bytes
) -> None:
    media_id = add(client, app, "harbour.jpg", photograph, alt_text="A harbour")
    for address in ("/", f"/gallery/{media_id}"):
        (image,) = re.findall(r"<img[^>]*thumbnail[^>]*>", source_of(client, address))
        assert 'width="800" height="600" alt="A harbour"' in image
        assert re.search(r"size=320&v=\w+ 320w, .*size=640&v=\w+ 640w, .*size=1280&v=\w+ 800w", image)
    tile = source_of(client, "/")
    assert 'src="data:image/webp;base64,' in tile
    assert "Original" in read_page(client, f"/gallery/{media_id}")


def test_nothing_lies_below_what_is_transparent(client: FlaskClient, app: Flask) -> None:
    media_id = add(client, app, "badge.png", files.make_clear_png())
    tile = source_of(client, "/")
    assert "checkered" in tile
    assert "data:image" not in tile
    assert "checkered" in source_of(client, f"/gallery/{media_id}")


def test_what_moves_is_shown_itself(client: FlaskClient, app: Flask) -> None:
    page = source_of(client, f"/gallery/{add(client, app, 'bounce.gif', files.make_moving_gif())}")
    assert re.search(r'<img[^>]*src="/media/1/download\?disposition=inline"', page)
    assert 'media="(prefers-reduced-motion: reduce)"' in page


def test_what_browsers_can_not_draw_is_shown_by_its_preview(client: FlaskClient, app: Flask) -> None:
    page = source_of(client, f"/gallery/{add(client, app, 'scan.tiff', files.make_tiff(80, 60))}")
    assert re.search(r'<img src="/media/1/thumbnail', page)


def test_a_video_has_its_length_a_poster_and_a_clip(client: FlaskClient, app: Flask) -> None:
    film = files.make_moving_film()
    page = source_of(client, f"/gallery/{add(client, app, 'ferry.mp4', film)}")
    assert re.search(r'<video[^>]*poster="/media/1/thumbnail', page)
    assert "H.264, 10 fps" in page
    tile = source_of(client, "/")
    clip = re.search(r'data-clip="(/media/1/clip\?v=\w+)"', tile)
    assert clip is not None
    assert client.get(clip[1]).mimetype == "video/mp4"
    assert "0:03" in read_page(client, "/")


def test_sound_and_pages_have_pictures(client: FlaskClient, app: Flask) -> None:
    sound = source_of(client, f"/gallery/{add(client, app, 'harbour.wav', files.make_wav(2))}")
    assert re.search(r'<img src="/media/1/thumbnail.*<audio', sound, re.DOTALL)
    pages = read_page(client, f"/gallery/{add(client, app, 'programme.pdf', files.make_pdf(3))}")
    assert "Pages3" in pages.replace(" ", "")
    assert "0:02" in read_page(client, "/")


def test_a_text_shows_its_first_lines_as_text(client: FlaskClient) -> None:
    media_id = upload(client, b"<script>alert(1)</script>\n" * 300, filename="notes.txt")["id"]
    page = client.get(f"/gallery/{media_id}", headers=HTML).get_data(as_text=True)
    assert page.count("&lt;script&gt;alert(1)") == 200
    assert "<script>alert" not in page
    assert "The first 200 lines" in page


def test_a_preview_that_is_being_made_says_so(client: FlaskClient) -> None:
    media_id = upload(client, files.make_tiff(), filename="scan.tiff")["id"]
    page = read_page(client, f"/gallery/{media_id}")
    assert "Its preview is being made." in page
    assert "Reload" in page
    assert "TIFF, its preview is being made scan.tiff" in read_page(client, "/")


def test_a_picture_that_browsers_draw_is_not_waited_for(client: FlaskClient) -> None:
    media_id = upload(client, files.make_png(), filename="a.png")["id"]
    page = source_of(client, f"/gallery/{media_id}")
    assert f'src="/media/{media_id}/download?disposition=inline"' in page
    assert "The preview is being made" in page


def test_a_preview_that_failed_says_why_and_leaves_the_download(client: FlaskClient, app: Flask) -> None:
    media_id = add(client, app, "broken.png", files.make_png(300, 200)[:60])
    page = source_of(client, f"/gallery/{media_id}")
    assert "damaged or incomplete" in page
    assert f'href="/media/{media_id}/download"' in page
    assert "<img" not in page.partition("<main")[2]
    assert "Retry" not in page
    assert "Retry" in source_of(sign_in_as(app.test_client(), app, ADMIN_ID), f"/gallery/{media_id}")
    assert re.search(r'title="No preview: .*damaged', source_of(client, "/"))


def test_only_the_owner_and_admins_read_where_it_was_taken(
    client: FlaskClient, app: Flask, photograph: bytes
) -> None:
    owner_id = add_person(app, "Anna")
    address = f"/gallery/{add(client, app, 'harbour.jpg', photograph, user_id=owner_id)}"
    owner, admin, stranger = (
        sign_in_as(app.test_client(), app, user_id)
        for user_id in (owner_id, ADMIN_ID, add_person(app, "Sam"))
    )
    for viewer in (client, stranger, owner, admin):
        page = source_of(viewer, address)
        assert "1/250 s · f/2.8 · ISO 400" in page
        assert "6 May 2024, 07:08 UTC+2" in page
        assert "Canon EOS R5" in page
        assert ("59.91000° N, 10.75000° E" in page) is (viewer in (owner, admin))
        assert ("openstreetmap.org" in page) is (viewer in (owner, admin))
    assert "Only you and admins see it here." in read_page(owner, address)
    assert "Only Anna and admins see it here." in read_page(admin, address)


def test_tables_and_forms_show_the_smallest_preview(
    client: FlaskClient, app: Flask, photograph: bytes
) -> None:
    media_id = add(client, app, "harbour.jpg", photograph)
    admin = sign_in_as(app.test_client(), app, ADMIN_ID)
    for address in ("/admin/media", f"/admin/media/{media_id}", f"/gallery/{media_id}/edit"):
        assert re.search(r'<img src="/media/1/thumbnail[^>]*sizes="64px"', source_of(admin, address))
    answer = send(admin, app, "/selection", id=str(media_id), action="delete")
    assert "/media/1/thumbnail" in answer.get_data(as_text=True)


def ways_of(client: FlaskClient, address: str) -> dict[str, str]:
    """Return where the page of a media leads: to what comes before and after it."""
    page = source_of(client, address)
    return dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', page.partition("<main")[2]))


def test_the_ways_on_stay_in_the_list_and_skip_what_the_visitor_may_not_see(
    client: FlaskClient, app: Flask
) -> None:
    member = sign_in_as(app.test_client(), app, owner_id := add_person(app, "Anna"))
    first = upload(client, filename="boat 1.png")["id"]
    upload(client, filename="other.png")
    hidden = upload(client, filename="boat 2.png", is_public=False, user_id=owner_id)["id"]
    last = upload(client, filename="boat 3.png")["id"]
    assert ways_of(client, f"/gallery/{last}?q=boat") == {"next": f"/gallery/{first}?q=boat"}
    assert ways_of(member, f"/gallery/{last}?q=boat") == {"next": f"/gallery/{hidden}?q=boat"}
    by_name = f"/gallery/{first}?q=boat&sort=name"
    assert ways_of(client, by_name) == {"next": f"/gallery/{last}?q=boat&sort=name"}
    assert ways_of(client, f"/gallery/{last}") == {"next": f"/gallery/{last - 2}"}


def test_the_way_back_leads_to_the_place_in_the_list(client: FlaskClient) -> None:
    ids = [upload(client, filename=f"boat {number}.png")["id"] for number in range(3)]
    assert f'href="/gallery/{ids[0]}?type=image"' in source_of(client, "/?type=image")
    page = source_of(client, f"/gallery/{ids[0]}?type=image")
    back = re.search(r'href="(/\?[^"]*)#media-\d+"', page)
    assert back is not None
    assert re.findall(r'id="media-(\d+)"', source_of(client, back[1])) == [str(ids[0])]


def test_a_script_gets_stage_panel_and_tile_without_the_page_around_them(
    client: FlaskClient, app: Flask
) -> None:
    media_id = upload(client, b"Remember the boat.\n", filename="notes.txt")["id"]
    answer = client.get(f"/gallery/{media_id}?q=notes", headers={**HTML, "HX-Request": "true"})
    part = answer.get_data(as_text=True)
    assert "HX-Request" in answer.vary
    assert "<html" not in part
    for expected in ('data-stage="text"', 'data-action="edit"', f'href="/gallery/{media_id}?q=notes"'):
        assert expected in part


def test_a_script_edits_without_the_page_around_the_form(client: FlaskClient, app: Flask) -> None:
    media_id = upload(client)["id"]
    address = f"/gallery/{media_id}/edit"
    head = {**HTML, "HX-Request": "true", "X-CSRFToken": csrf_token(client, app)}
    assert "<html" not in client.get(address, headers=head).get_data(as_text=True)
    refused = client.post(address, data={"filename": ""}, headers=head)
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).lstrip().startswith("<form")
    saved = client.post(address, data={"filename": "Boat.png"}, headers=head)
    assert saved.status_code == 200
    assert 'data-name="Boat.png"' in saved.get_data(as_text=True)
    gone = client.post(address, data={"is_public": "false"}, headers=head)
    assert "It is private now" in gone.get_data(as_text=True)
    assert "saved" not in read_page(client, "/")


def test_a_script_deletes_and_is_told_so(client: FlaskClient, app: Flask) -> None:
    media_id = upload(client)["id"]
    head = {"Accept": "application/json", "X-CSRFToken": csrf_token(client, app)}
    answer = client.post(f"/gallery/{media_id}/delete", headers=head)
    message = answer.get_json()["message"]
    assert (message, answer.get_json()["undo"]) == ("“beach.png” is in the trash.", "/undo")
    assert client.get(f"/media/{media_id}").status_code == 404
