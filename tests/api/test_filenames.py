"""The name shown is the person's own, without what could deceive or break."""

import pytest
from flask.testing import FlaskClient

from tests.api.calls import upload

#: What is tested here asks the database for no more than a row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\me\\beach.png", "beach.png"),
        ("/absolute/beach.png", "beach.png"),
        ("folder/", "folder"),
        ("...", "untitled"),
        ("..", "untitled"),
        (".", "untitled"),
        ("invoice\u202egnp.exe.png", "invoicegnp.exe.png"),
        ("tab\there.png", "tabhere.png"),
        ("🏖️ beach.png", "🏖️ beach.png"),
        ("Übung für Ärzte.png", "Übung für Ärzte.png"),
        ("海滩.png", "海滩.png"),
        ("  beach.png  ", "beach.png"),
        ("quo%22te.png", 'quo"te.png'),  # as browsers write it
        ("semi;colon.png", "semi;colon.png"),
        ("100%.png", "100%.png"),
    ],
)
def test_it_shows_a_safe_name(client: FlaskClient, sent: str, shown: str) -> None:
    assert upload(client, filename=sent)["filename"] == shown


def test_it_removes_nul(client: FlaskClient) -> None:
    assert upload(client, filename="be\x00ach.png")["filename"] == "beach.png"


@pytest.mark.parametrize("letter", ["a", "é", "海", "🏖"])
def test_it_cuts_a_name_of_five_thousand_letters(client: FlaskClient, letter: str) -> None:
    name: str = upload(client, filename=letter * 5_000 + ".png")["filename"]
    assert len(name.encode()) <= 255
    assert len(name.encode()) > 255 - len(letter.encode())
    assert name.endswith(letter + ".png")


def test_a_key_is_ascii_whatever_the_name(client: FlaskClient) -> None:
    key: str = upload(client, filename="Übung 海滩 ../🏖️.png")["storage_path"]
    assert key.isascii()
    assert ".." not in key
    assert key.endswith(".png")
