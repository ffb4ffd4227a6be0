"""The user's guide, word for word: its curl lines against a real server, its Python against the services."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mediaweb.application import ROOT
from mediaweb.models import FileType
from mediaweb.services import Condition, FilterOperator, QueryFilter, media_service
from tests.conftest import skip_or_fail
from tests.files import make_jpeg, make_pdf
from tests.s3_server import S3Server, fetch
from tests.servers import is_port_taken, serving

GUIDE = (Path(__file__).parent / "files" / "media-storage-guide.md").read_text()
CURL_LINES = [
    block for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("curl")
]
UPLOAD, DELETE = CURL_LINES[0], next(line for line in CURL_LINES if "DELETE" in line)
DOWNLOAD = next(line for line in CURL_LINES if "--output" in line)
#: As in the guide, except that what it deletes is deleted last.
IN_ORDER = [*(line for line in CURL_LINES if line != DELETE), DELETE]
#: The port that the guide's lines name.
PORT = 8000


@dataclass(frozen=True)
class Desk:
    """A folder with an image, beside a server."""

    folder: Path
    #: Where the store is to which the server leads downloads; None: it sends the bytes itself.
    store_url: str | None

    def run(self, line: str) -> str:
        """Run a line of the guide as a person would paste it; return what it prints."""
        done = subprocess.run(
            ["bash", "-c", line], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module", params=["local", "s3", "s3-proxied"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server that runs with `.env.example` as it is, or with a bucket, whose files it may pass on."""
    bucket: dict[str, str] = {}
    store_url = None
    if request.param != "local":
        server: S3Server = request.getfixturevalue("s3_server")
        is_proxied = request.param == "s3-proxied"
        bucket = server.environment(f"test-{uuid.uuid4().hex}", s3_proxy_downloads=is_proxied)
        store_url = None if is_proxied else server.endpoint_url
    folder = tmp_path_factory.mktemp("desk")
    (folder / "image.jpg").write_bytes(make_jpeg(640, 480))
    shutil.copyfile(ROOT / ".env.example", folder / ".env")
    with (
        port_of_the_guide(tmp_path_factory),
        serving(folder, PORT, INSTANCE_PATH=str(folder / "instance"), **bucket),
    ):
        yield Desk(folder, store_url)


@contextmanager
def port_of_the_guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the port from other processes of these tests, which wait for it; skip if others have it."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (folder / f"port-{PORT}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_port_taken(PORT):
            skip_or_fail(f"port {PORT}, which the guide's lines name, is taken on this machine")
        yield


def test_the_guide_has_twelve_curl_lines() -> None:
    assert len(CURL_LINES) == 12
    assert CURL_LINES[0].startswith('curl -X POST "http://localhost:8000/media/upload"')


def test_every_curl_line_of_the_guide_works_as_written(desk: Desk) -> None:
    for line in IN_ORDER:
        printed = desk.run(line)
        if line == DOWNLOAD:
            assert printed == ""
            check_download(desk)
        elif line == DELETE:
            assert printed == ""
        else:
            answer = json.loads(printed)
            assert "code" not in answer, (line, answer)
            check_answer(line, answer, desk)
    assert json.loads(desk.run("curl http://localhost:8000/media/1"))["code"] == "media_not_found"
    assert json.loads(desk.run(UPLOAD))["id"] == 2


def check_download(desk: Desk) -> None:
    """Check what the guide's line for a download got: the bytes, or where they are.

    As the guide writes it, without `-L`, curl follows no redirect.
    """
    downloaded, image = desk.folder / "downloaded_file.jpg", (desk.folder / "image.jpg").read_bytes()
    if desk.store_url is None:
        assert downloaded.read_bytes() == image
        return
    assert not downloaded.exists() or downloaded.read_bytes() == b""
    told = desk.run(f"{DOWNLOAD.strip()} --silent --write-out '%{{http_code}} %{{redirect_url}}'")
    status, address = told.split(" ")
    assert int(status) == HTTPStatus.TEMPORARY_REDIRECT
    assert address.startswith(f"{desk.store_url}/")
    assert fetch(address)[::2] == (200, image)
    desk.run(f"{DOWNLOAD.strip()} --location")
    assert downloaded.read_bytes() == image


def check_answer(line: str, answer: Any, desk: Desk) -> None:
    if line == UPLOAD:
        assert answer["message"] == "File uploaded successfully"
        assert answer["download_url"] == "http://localhost:8000/media/1/download"
        check_url(answer["url"], desk)
        assert (answer["filename"], answer["file_type"], answer["user_id"]) == ("image.jpg", "image", 1)
    elif "PATCH" in line:
        assert (answer["description"], answer["is_public"]) == ("Updated description", True)
    elif "paginated" in line:
        assert (answer["total"], answer["limit"], answer["has_more"]) == (1, 20, False)
    elif "stats/info" in line:
        assert (answer["backend"], answer["bucket_name"] is None) in (("local", True), ("s3", False))
        assert set(answer) == {"backend", "bucket_name", "media_folder", "endpoint_url"}
    elif "media/1" in line:
        assert answer["id"] == 1
    else:
        assert [media["id"] for media in answer] == [1], line


def check_url(url: str, desk: Desk) -> None:
    """Check that the address of a file is signed for the store that serves it, or the library's own."""
    if desk.store_url is None:
        assert url == "http://localhost:8000/media/1/download"
        return
    assert url.startswith(f"{desk.store_url}/")
    assert fetch(url)[::2] == (200, (desk.folder / "image.jpg").read_bytes())


# "Common Use Cases"


def test_a_profile_picture_is_uploaded_from_python(session: Session) -> None:
    media = media_service.upload_file(
        session=session,
        file=BytesIO(make_jpeg()),
        filename="profile.jpg",
        mime_type="image/jpeg",
        user_id=1,
        alt_text="Profile picture for Ann",
        is_public=True,
    )
    assert (media.id, media.user_id, media.mime_type, media.is_public) == (1, 1, "image/jpeg", True)
    assert media.alt_text == "Profile picture for Ann"


def test_a_gallery_is_filtered_from_python(session: Session) -> None:
    for name, content in (("a.jpg", make_jpeg()), ("b.pdf", make_pdf()), ("c.jpg", make_jpeg(9, 9))):
        media_service.upload_file(session=session, file=BytesIO(content), filename=name, user_id=1)
    media_service.upload_file(session=session, file=BytesIO(make_jpeg()), filename="nobodys.jpg")
    user_id = 1

    filters = QueryFilter(
        conditions=[
            Condition(field="user_id", operator=FilterOperator.EQ, value=user_id),
            Condition(field="file_type", operator=FilterOperator.EQ, value="image"),
        ],
        order_by="created_at",
        order_direction="desc",
    )
    images = media_service.filter(session, filters)

    assert [image.filename for image in images] == ["c.jpg", "a.jpg"]
    assert media_service.count_filtered(session, filters) == 2
    assert media_service.filter_paginated(session, filters).has_more is False


def test_a_public_file_is_shared_from_python(session: Session) -> None:
    content = make_pdf()
    media = media_service.upload_file(
        session=session, file=BytesIO(content), filename="shared_document.pdf", is_public=True
    )
    share_url = f"https://yourdomain.com/media/{media.id}/download"
    assert share_url == "https://yourdomain.com/media/1/download"
    assert media.file_type == FileType.DOCUMENT
    with media_service.open_file(media) as file:
        assert file.read() == content
