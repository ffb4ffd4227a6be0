"""Accounts as services keep them: who may be made, changed and shut out, and how passwords are set."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import (
    Forbidden,
    InvalidInput,
    InvalidToken,
    LastAdmin,
    OneTimeLinkNotFound,
)
from mediaweb.models import Event, OneTimeLink, Role, TokenScope, User
from mediaweb.services import account_passwords, accounts, tokens
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.accounts import AccountState
from mediaweb.services.browser_sessions import find_session, list_sessions, start_session
from mediaweb.services.passwords import verify_password

GOOD = "quiet harbour lantern seven"
BETTER = "velvet otter granite ninety"
MEMBER = Actor(user_id=2, role=Role.MEMBER)


@pytest.fixture
def bea_id(session: Session) -> int:
    """A member who has not set a password yet."""
    return accounts.invite_user(session, "bea@example.org", "Bea", Role.MEMBER, SYSTEM).user.id


def sign_in(session: Session, user_id: int) -> str:
    return start_session(session, user_id, is_remembered=False, address="::1", user_agent="")


def give_password(session: Session, user_id: int) -> None:
    secret = accounts.invite_again(session, user_id, SYSTEM).secret
    user = accounts.get_user(session, user_id)
    account_passwords.set_password(session, secret, GOOD, user.name, user.email or "first@example.org")


def reasons(refusal: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {str(problem["loc"][-1]): problem["msg"] for problem in refusal.value.errors}


def test_a_one_time_link_sets_the_password_and_the_account_is_active(session: Session, bea_id: int) -> None:
    assert accounts.account_state(accounts.get_user(session, bea_id)) is AccountState.INVITED
    secret = accounts.invite_again(session, bea_id, SYSTEM).secret
    user = account_passwords.set_password(session, secret, GOOD, "Bea B.", "somebody.else@example.org")
    assert accounts.account_state(user) is AccountState.ACTIVE
    assert (user.name, user.email) == ("Bea B.", "bea@example.org")
    assert verify_password(user.password_hash, GOOD)


def test_a_one_time_link_works_once(session: Session, bea_id: int) -> None:
    secret = accounts.invite_again(session, bea_id, SYSTEM).secret
    account_passwords.set_password(session, secret, GOOD, "Bea", "")
    with pytest.raises(OneTimeLinkNotFound):
        account_passwords.set_password(session, secret, BETTER, "Bea", "")
    assert verify_password(accounts.get_user(session, bea_id).password_hash, GOOD)


def test_a_newer_link_takes_the_place_of_an_older_one(session: Session, bea_id: int) -> None:
    old = accounts.invite_again(session, bea_id, SYSTEM).secret
    new = accounts.invite_again(session, bea_id, SYSTEM).secret
    with pytest.raises(OneTimeLinkNotFound):
        account_passwords.set_password(session, old, GOOD, "Bea", "")
    account_passwords.set_password(session, new, GOOD, "Bea", "")


def test_a_link_expires_after_seven_days(session: Session, bea_id: int) -> None:
    invitation = accounts.invite_again(session, bea_id, SYSTEM)
    assert timedelta(days=6) < invitation.expires_at - datetime.now(UTC) <= timedelta(days=7)
    link = session.get_one(OneTimeLink, bea_id)
    link.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    with pytest.raises(OneTimeLinkNotFound):
        account_passwords.set_password(session, invitation.secret, GOOD, "Bea", "")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "Use at least 10 characters."),
        ("x" * 201, "Use at most 200 characters."),
        ("password123", "easy to guess|common|similar"),
        ("bea@example.org", r"Add a word or two"),
        ("aaaaaaaaaaaa", "Repeats"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(
    session: Session, bea_id: int, password: str, reason: str
) -> None:
    secret = accounts.invite_again(session, bea_id, SYSTEM).secret
    with pytest.raises(InvalidInput, match=reason) as refusal:
        account_passwords.set_password(session, secret, password, "Bea", "")
    assert set(reasons(refusal)) == {"password"}
    account_passwords.set_password(session, secret, GOOD, "Bea", "")


@pytest.mark.parametrize("email", ["bea@example.org", "BEA@Example.ORG", "  bea@example.org "])
def test_an_address_is_taken_however_it_is_written(session: Session, bea_id: int, email: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.invite_user(session, email, "Another", Role.MEMBER, SYSTEM)
    assert reasons(refusal) == {"email": "Somebody else signs in with this address."}
    with pytest.raises(InvalidInput):
        accounts.update_user(session, 1, {"email": email}, SYSTEM)


def test_an_account_is_found_however_its_address_is_written(session: Session, bea_id: int) -> None:
    assert accounts.get_user_by_email(session, " BEA@example.ORG").id == bea_id


def test_every_reason_is_told_at_once(session: Session) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.invite_user(session, "nowhere", " \u200b ", Role.MEMBER, SYSTEM)
    assert set(reasons(refusal)) == {"name", "email"}
    assert len(session.scalars(select(User)).all()) == 1


def test_only_admins_invite_and_change_others(session: Session, bea_id: int) -> None:
    with pytest.raises(Forbidden):
        accounts.invite_user(session, "x@example.org", "X", Role.MEMBER, MEMBER)
    for changes in ({"role": Role.ADMIN}, {"is_active": False}):
        with pytest.raises(Forbidden):
            accounts.update_user(session, bea_id, changes, MEMBER)
    with pytest.raises(Forbidden):
        accounts.update_user(session, 1, {"name": "Mine"}, MEMBER)
    accounts.update_user(session, bea_id, {"name": "Beatrice"}, MEMBER)


@pytest.mark.parametrize("changes", [{"role": Role.MEMBER}, {"is_active": False}], ids=str)
def test_the_last_admin_stays_one(session: Session, bea_id: int, changes: dict[str, object]) -> None:
    with pytest.raises(LastAdmin):
        accounts.update_user(session, 1, changes, SYSTEM)
    user = accounts.get_user(session, 1)
    assert (user.role, user.is_active) == (Role.ADMIN, True)


@pytest.mark.parametrize("changes", [{"role": Role.MEMBER}, {"is_active": False}], ids=str)
def test_an_admin_who_can_not_sign_in_yet_does_not_stand_in(
    session: Session, bea_id: int, changes: dict[str, object]
) -> None:
    give_password(session, 1)
    accounts.update_user(session, bea_id, {"role": Role.ADMIN}, SYSTEM)
    with pytest.raises(LastAdmin):
        accounts.update_user(session, 1, changes, SYSTEM)
    give_password(session, bea_id)
    accounts.update_user(session, 1, changes, SYSTEM)


def test_deactivation_ends_sessions_tokens_and_links_at_once(session: Session, bea_id: int) -> None:
    session_secret = sign_in(session, bea_id)
    _, token = tokens.create_token(session, bea_id, "script", TokenScope.READ, None, SYSTEM)
    link = accounts.invite_again(session, bea_id, SYSTEM).secret
    assert find_session(session_secret) is not None
    assert tokens.authenticate(token).user_id == bea_id

    accounts.update_user(session, bea_id, {"is_active": False}, SYSTEM)
    assert find_session(session_secret) is None
    with pytest.raises(InvalidToken):
        tokens.authenticate(token)
    with pytest.raises(OneTimeLinkNotFound):
        account_passwords.set_password(session, link, GOOD, "Bea", "")
    with pytest.raises(InvalidInput):
        accounts.invite_again(session, bea_id, SYSTEM)

    accounts.update_user(session, bea_id, {"is_active": True}, SYSTEM)
    assert find_session(session_secret) is None
    with pytest.raises(InvalidToken):
        tokens.authenticate(token)


def test_a_demotion_counts_for_sessions_and_tokens_at_once(session: Session, bea_id: int) -> None:
    accounts.update_user(session, bea_id, {"role": Role.ADMIN}, SYSTEM)
    secret = sign_in(session, bea_id)
    _, token = tokens.create_token(session, bea_id, "script", TokenScope.WRITE, None, SYSTEM)
    accounts.update_user(session, bea_id, {"role": Role.MEMBER}, SYSTEM)
    signed_in = find_session(secret)
    assert signed_in is not None
    assert not signed_in.actor.is_admin
    assert not tokens.authenticate(token).is_admin


def test_a_new_password_ends_other_sessions_but_not_this_one(session: Session, bea_id: int) -> None:
    give_password(session, bea_id)
    here, elsewhere = sign_in(session, bea_id), sign_in(session, bea_id)
    this = find_session(here)
    assert this is not None
    with pytest.raises(InvalidInput) as refusal:
        account_passwords.change_password(session, bea_id, "wrong", BETTER, this.actor, this.session_id)
    assert set(reasons(refusal)) == {"current_password"}
    account_passwords.change_password(session, bea_id, GOOD, BETTER, this.actor, this.session_id)
    assert find_session(here) is not None
    assert find_session(elsewhere) is None


def test_another_address_needs_the_password_and_another_name_does_not(session: Session, bea_id: int) -> None:
    give_password(session, bea_id)
    bea = Actor(bea_id, Role.MEMBER)
    account_passwords.change_profile(session, bea_id, "Beatrice", "bea@example.org", "", bea)
    for wrong in ("", "wrong"):
        with pytest.raises(InvalidInput) as refusal:
            account_passwords.change_profile(session, bea_id, "Beatrice", "b@example.org", wrong, bea)
        assert set(reasons(refusal)) == {"current_password"}
    assert (
        account_passwords.change_profile(session, bea_id, "Bea", "B@example.org", GOOD, bea).email
        == "b@example.org"
    )


def test_the_first_password_is_set_once(session: Session) -> None:
    assert account_passwords.set_first_password(session, "Me@example.org", GOOD)
    assert not account_passwords.set_first_password(session, "other@example.org", BETTER)
    user = accounts.get_user(session, 1)
    assert user.email == "me@example.org"
    assert verify_password(user.password_hash, GOOD)
    assert account_passwords.find_waiting_first_admin(session) is None


def test_sessions_that_are_over_are_not_listed(session: Session, bea_id: int) -> None:
    sign_in(session, bea_id)
    sign_in(session, bea_id)
    old = list_sessions(session, bea_id)[1]
    old.last_seen_at = datetime.now(UTC) - timedelta(hours=13)
    session.commit()
    assert [row.id for row in list_sessions(session, bea_id)] == [2]


def test_every_change_of_an_account_is_logged_without_a_secret(
    app: Flask, session: Session, bea_id: int
) -> None:
    give_password(session, bea_id)
    accounts.update_user(session, bea_id, {"name": "B", "role": Role.ADMIN}, Actor(1, Role.ADMIN))
    rows = session.execute(select(Event.type, Event.changed, Event.actor_id, Event.data).order_by(Event.id))
    log = [tuple(row[:3]) for row in rows]
    assert log == [
        ("created", None, None),
        ("updated", "one-time link", None),
        ("updated", "password", bea_id),
        ("updated", "name,role", 1),
    ]
    assert not any("argon2" in (data or "") for data in session.scalars(select(Event.data)))
