"""A library that has just started."""

from flask.testing import FlaskClient


def test_it_lists_nothing(client: FlaskClient) -> None:
    assert client.get("/media/").json == []
