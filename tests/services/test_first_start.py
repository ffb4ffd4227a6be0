"""The first admin gets in: by ADMIN_EMAIL and ADMIN_PASSWORD, however the application is started."""

from collections.abc import Callable

import pytest
from flask import Flask

from mediaweb.errors import StartupError
from mediaweb.extensions import db
from mediaweb.models import User
from mediaweb.services.passwords import verify_password
from mediaweb.services.startup import prepare_library

PASSWORD = "quiet harbour lantern seven"


@pytest.fixture
def start(make_app: Callable[..., Flask]) -> Callable[..., User]:
    """Start with an address and a password; return the first admin."""

    def start(email: str = "me@example.org", password: str = PASSWORD) -> User:
        with make_app(admin_email=email, admin_password=password).app_context():
            return db.session.get_one(User, 1)

    return start


def test_the_password_is_set_at_the_first_start_and_kept_later(start: Callable[..., User]) -> None:
    user = start("Me@example.org")
    assert user.email == "me@example.org"
    assert verify_password(user.password_hash, PASSWORD)
    assert start("other@example.org", "velvet otter granite ninety").password_hash == user.password_hash


@pytest.mark.parametrize("password", ["password1234", "me@example.org"])
def test_a_weak_password_stops_the_start(start: Callable[..., User], password: str) -> None:
    with pytest.raises(StartupError, match=r"ADMIN_PASSWORD is not accepted\. ") as refusal:
        start("me@example.org", password)
    assert password not in str(refusal.value)


def test_without_the_settings_nothing_is_set(app: Flask) -> None:
    with app.app_context():
        prepare_library()
        assert db.session.get_one(User, 1).password_hash is None
