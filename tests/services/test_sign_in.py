"""Signing in: who gets in, and how often one may be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import TooManyFailures, WrongCredentials
from mediaweb.models import Role, SignInFailures, User
from mediaweb.services import accounts, sign_in
from mediaweb.services.access import SYSTEM
from mediaweb.services.passwords import hash_password
from mediaweb.services.sign_in import Attempt

pytestmark = pytest.mark.real_passwords

PASSWORD = "quiet harbour lantern seven"
EMAIL = "bea@example.org"
#: Hashed once: what is tested here is not the hashing.
HASH = hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def bea(session: Session) -> User:
    user = accounts.invite_user(session, EMAIL, "Bea", Role.MEMBER, SYSTEM).user
    user.password_hash = HASH
    session.commit()
    return user


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Compare passwords without Argon2; note with which hash each was compared."""
    hashes: list[str | None] = []

    def verify(password_hash: str | None, password: str) -> bool:
        hashes.append(password_hash)
        return password_hash == HASH and password == PASSWORD

    monkeypatch.setattr(sign_in, "verify_password", verify)
    return hashes


def try_to(session: Session, email: str = EMAIL, address: str = "192.0.2.1", **options: Any) -> User:
    password = options.pop("password", "wrong")
    return sign_in.sign_in(session, Attempt(email, address, **options), password)


def fail(
    session: Session, times: int, email: str = EMAIL, address: str = "192.0.2.1", **options: Any
) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            try_to(session, email, address, **options)


def assert_throttled(session: Session, *place: str, **options: Any) -> None:
    with pytest.raises(TooManyFailures) as refusal:
        try_to(session, *place, **options)
    wait_seconds = refusal.value.retry_after_seconds
    assert wait_seconds is not None
    assert 0 < wait_seconds <= 15 * 60 + 1


def test_the_password_opens_the_account_however_the_address_is_written(session: Session, bea: User) -> None:
    assert try_to(session, " BEA@Example.org ", password=PASSWORD).id == bea.id


def test_a_deactivated_account_is_not_opened(session: Session, bea: User, verified: list[str | None]) -> None:
    accounts.update_user(session, bea.id, {"is_active": False}, SYSTEM)
    fail(session, 1, password=PASSWORD)


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org", "", "x" * 5000])
def test_known_and_unknown_addresses_are_answered_alike(
    session: Session, verified: list[str | None], email: str
) -> None:
    with pytest.raises(WrongCredentials) as refusal:
        try_to(session, email)
    assert (refusal.value.status, str(refusal.value)) == (422, "The email address or the password is wrong.")
    assert len(verified) == 1, "the password is hashed either way"
    fail(session, 9, email)
    assert_throttled(session, email)


def test_ten_failures_from_one_place_close_it_even_to_the_right_password(
    session: Session, verified: list[str | None]
) -> None:
    fail(session, 10)
    assert_throttled(session, password=PASSWORD)
    assert len(verified) == 10, "a refused try is not compared"
    assert try_to(session, EMAIL, "192.0.2.2", password=PASSWORD).email == EMAIL


def test_addresses_of_one_subscriber_count_together(session: Session, verified: list[str | None]) -> None:
    for number in range(10):
        fail(session, 1, EMAIL, f"2001:db8::{number:x}")
    assert_throttled(session, EMAIL, "2001:db8::ffff")
    fail(session, 1, EMAIL, "2001:db8:0:1::1")


def test_a_hundred_failures_from_anywhere_close_an_account(
    session: Session, verified: list[str | None]
) -> None:
    for number in range(100):
        fail(session, 1, EMAIL, f"198.51.100.{number}")
    assert_throttled(session, EMAIL, "203.0.113.9", password=PASSWORD)


def test_fifty_failures_for_anybody_close_an_address(session: Session, verified: list[str | None]) -> None:
    for number in range(50):
        fail(session, 1, f"person{number}@example.org")
    assert_throttled(session, EMAIL, password=PASSWORD)
    assert try_to(session, EMAIL, "192.0.2.2", password=PASSWORD).email == EMAIL


def test_a_known_browser_is_not_locked_out_by_others(session: Session, verified: list[str | None]) -> None:
    fail(session, 10)
    assert_throttled(session, password=PASSWORD)
    assert try_to(session, device_id="known", password=PASSWORD).email == EMAIL


def test_a_known_browser_may_be_wrong_ten_times_too(session: Session, verified: list[str | None]) -> None:
    fail(session, 10, device_id="known")
    assert_throttled(session, device_id="known", password=PASSWORD)


def test_success_forgets_what_was_counted_here(session: Session, verified: list[str | None]) -> None:
    for _ in range(3):
        fail(session, 9)
        try_to(session, password=PASSWORD)
    counts = dict(session.execute(select(SignInFailures.key, SignInFailures.count)).all())
    assert not any(count < 0 for count in counts.values())
    fail(session, 1)


def test_counts_are_forgotten_after_the_window(session: Session, verified: list[str | None]) -> None:
    fail(session, 10)
    past = datetime.now(UTC) - timedelta(seconds=1)
    session.execute(update(SignInFailures).values(resets_at=past))
    session.commit()
    assert try_to(session, password=PASSWORD).email == EMAIL
    assert session.scalar(select(func.count()).select_from(SignInFailures)) == 0
