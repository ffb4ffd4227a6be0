"""GET /media/stats/info."""

from flask.testing import FlaskClient

from tests.storages import in_a_folder

pytestmark = in_a_folder


def test_it_tells_where_files_are_kept(client: FlaskClient) -> None:
    info = client.get("/media/stats/info").get_json()
    assert set(info) == {"backend", "bucket_name", "media_folder", "endpoint_url"}
    assert (info["backend"], info["bucket_name"], info["endpoint_url"]) == ("local", None, None)


def test_it_shows_strangers_no_path(client: FlaskClient) -> None:
    assert client.get("/media/stats/info").get_json()["media_folder"] == "media"
