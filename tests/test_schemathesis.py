"""The API against its own document: whatever is sent, valid or not, is answered as documented.

`SCHEMATHESIS_EXAMPLES` sets how many requests are made up for each operation, besides those that go to the
limits of its schema; `make fuzz` makes up 500, and tries both kinds of database.
"""

import io
import os
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from schemathesis import Case, openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.pytest.lazy import get_all_tests
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy import delete, insert, select
from werkzeug.sansio.multipart import Data, Event, MultipartEncoder, State

from mediaweb.extensions import db, storage
from mediaweb.models import Media, TrashedMedia
from mediaweb.models.media import MEDIA_COLUMNS
from mediaweb.services.media import media_service
from tests import files
from tests.schemathesis_hooks import OWNER_ID, STORED_COUNT

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "25"))
DATABASES = ["sqlite", "postgresql"] if EXAMPLES >= 100 else ["sqlite"]
SAMPLES: dict[str, bytes] = {
    "photo.jpg": files.make_jpeg(),
    "drawing.png": files.make_png(),
    "vector.svg": files.make_svg(),
    "song.mp3": files.make_mp3(),
    "Grüße, Welt.txt": "Grüße".encode(),
}


class StockedLibrary:
    """A library with twenty media, which can be put back after each request that changed it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            for number in range(STORED_COUNT):
                self._upload(number)
            self._rows = [row._asdict() for row in db.session.execute(select(*MEDIA_COLUMNS))]
            db.session.remove()

    def _upload(self, number: int) -> None:
        name, content = list(SAMPLES.items())[number % len(SAMPLES)]
        media_service.upload_file(
            db.session(),
            io.BytesIO(content),
            name,
            description=f"Number {number}" if number % 3 else None,
            user_id=OWNER_ID if number % 2 else None,
            is_public=number % 4 > 0,
        )

    def restore(self) -> None:
        """Put back what was changed or deleted and remove what was added."""
        with self.app.app_context():
            keys = {row["storage_path"] for row in self._rows}
            for key in set(db.session.scalars(select(Media.storage_path))) - keys:
                storage.delete(key)
            stored = set(storage.keys())
            for row in self._rows:
                if row["storage_path"] not in stored:
                    storage.save(row["storage_path"], iter([SAMPLES[row["filename"]]]))
            db.session.execute(delete(TrashedMedia))
            db.session.execute(delete(Media))
            db.session.execute(insert(Media), self._rows)
            db.session.commit()
            db.session.remove()


@pytest.fixture(autouse=True)
def _whole_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Werkzeug's client write the blank line before an empty field, which it forgets."""
    send_event = MultipartEncoder.send_event

    def send_whole_event(encoder: MultipartEncoder, event: Event) -> bytes:
        is_first = isinstance(event, Data) and encoder.state is State.DATA_START
        content = send_event(encoder, event)
        return content or b"\r\n" if is_first else content

    monkeypatch.setattr(MultipartEncoder, "send_event", send_whole_event)


@pytest.fixture
def library(make_app: Callable[..., Flask]) -> StockedLibrary:
    return StockedLibrary(make_app())


@pytest.fixture
def api(library: StockedLibrary) -> OpenApiSchema:
    """The API's document, as schemathesis reads it: the same requests in every run."""
    config = {
        "seed": 1,
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        "operations": [
            # Two thousand requests for each of the two: too long for every day.
            {"include-path-regex": "^/media/filter", "phases": {"coverage": {"enabled": EXAMPLES >= 100}}}
        ],
    }
    return openapi.from_wsgi("/openapi.json", library.app, config=SchemathesisConfig.from_dict(config))


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_it_answers_as_documented(
    api: OpenApiSchema, library: StockedLibrary, subtests: pytest.Subtests
) -> None:
    # `schemathesis.pytest.from_fixture` would do the same, but does not know pytest 9.2 yet.
    tests = get_all_tests(schema=api, test_func=_check_answer, settings=None, given_kwargs=None)
    for result in tests:
        assert isinstance(result, Ok), result
        operation, test = result.ok()
        with subtests.test(operation.label):
            test(library=library)


#: The test client does not unpack what is compressed.
AS_IT_IS = {"Accept-Encoding": "identity"}


def _check_answer(case: Case[Any], library: StockedLibrary) -> None:
    try:
        case.call_and_validate(headers=AS_IT_IS)
    finally:
        if case.method != "GET":
            library.restore()
