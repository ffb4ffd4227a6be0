"""GET /media/<id>/thumbnail, for media that has none."""

import pytest
from flask.testing import FlaskClient

from tests.api.calls import assert_invalid, assert_problem, upload


@pytest.mark.parametrize("query", ["", "?size=320", "?size=640", "?size=1280", "?size=2048"])
def test_media_without_preview_has_no_thumbnail(client: FlaskClient, query: str) -> None:
    media = upload(client)
    assert media["preview_state"] == "none"
    assert_problem(client.get(f"/media/{media['id']}/thumbnail{query}"), 404, "no_preview")


@pytest.mark.parametrize(
    "size", ["", "0", "321", "-320", "abc", "640.0", "99999999999999999999", "0320", "%00"]
)
def test_other_sizes_are_invalid(client: FlaskClient, size: str) -> None:
    media = upload(client)
    assert_invalid(client.get(f"/media/{media['id']}/thumbnail?size={size}"), ["query", "size"])
