"""Accounts, when two people do something at the same moment: on one database, from two connections."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from mediaweb.errors import InvalidInput, LastAdmin, OneTimeLinkNotFound, TooManyFailures, WrongCredentials
from mediaweb.extensions import db
from mediaweb.models import Role, User
from mediaweb.services import account_passwords, accounts, one_time_links, sign_in
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.guesses import MAX_FROM_ONE_PLACE
from mediaweb.services.passwords import hash_password, verify_password
from tests.callers import PASSWORD, add_person

FIRST = "the first of two passwords"
SECOND = "the second of two passwords"


def run_together(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a session of its own; return what they return or raise, in order."""
    outcomes: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes[number] = act()
            except Exception as error:  # noqa: BLE001 - handed to the test
                outcomes[number] = error
            db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def password_of(app: Flask, user_id: int) -> str | None:
    with app.app_context():
        user = db.session.get(User, user_id)
        assert user is not None
        return user.password_hash


def test_a_one_time_link_works_once_however_many_use_it_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = add_person(app, "Olga")
    with app.app_context():
        secret, _ = one_time_links.make_link(db.session(), olga)
        db.session.commit()
    both_are_past_the_check = threading.Barrier(2)

    def hash_slowly(password: str) -> str:
        both_are_past_the_check.wait(30)
        return f"hash of {password}"

    monkeypatch.setattr(account_passwords, "hash_password", hash_slowly)
    outcomes = run_together(
        app,
        *(
            lambda password=password: account_passwords.set_password(
                db.session(), secret, password, "Olga", ""
            )
            for password in (FIRST, SECOND)
        ),
    )
    refused = [isinstance(outcome, OneTimeLinkNotFound) for outcome in outcomes]
    assert sorted(refused) == [False, True], outcomes
    assert password_of(app, olga) == f"hash of {FIRST if not refused[0] else SECOND}"


def test_a_link_that_was_withdrawn_meanwhile_sets_no_password(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = add_person(app, "Olga")
    with app.app_context():
        secret = accounts.invite_again(db.session(), olga, SYSTEM).secret

        def withdraw(_: str) -> str:
            accounts.update_user(db.session(), olga, {"is_active": False}, SYSTEM)
            return "hash"

        monkeypatch.setattr(account_passwords, "hash_password", withdraw)
        with pytest.raises(OneTimeLinkNotFound):
            account_passwords.set_password(db.session(), secret, FIRST, "Olga", "")
    assert password_of(app, olga) is None


def test_a_password_that_is_the_old_one_by_now_changes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = add_person(app, "Olga", password=PASSWORD)
    actor = Actor(olga, Role.MEMBER)

    def be_slower(password: str) -> str:
        monkeypatch.setattr(account_passwords, "hash_password", hash_password)
        account_passwords.change_password(db.session(), olga, PASSWORD, FIRST, actor, 0)
        return hash_password(password)

    monkeypatch.setattr(account_passwords, "hash_password", be_slower)
    with app.app_context(), pytest.raises(InvalidInput):
        account_passwords.change_password(db.session(), olga, PASSWORD, SECOND, actor, 0)
    assert verify_password(password_of(app, olga), FIRST)


def test_a_stronger_hash_does_not_bring_an_old_password_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = add_person(app, "Olga", password=PASSWORD)

    def change_meanwhile(password: str) -> str:
        account_passwords.change_password(db.session(), olga, PASSWORD, FIRST, Actor(olga, Role.MEMBER), 0)
        return hash_password(password)

    monkeypatch.setattr(sign_in, "is_outdated", lambda _: True)
    monkeypatch.setattr(sign_in, "hash_password", change_meanwhile)
    with app.app_context():
        sign_in.sign_in(db.session(), sign_in.Attempt("olga@example.org", "10.0.0.1"), PASSWORD)
    assert verify_password(password_of(app, olga), FIRST)


def test_guesses_at_the_same_time_are_counted_one_by_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "verify_password", lambda *_: False)
    attempt = sign_in.Attempt("olga@example.org", "10.0.0.1")
    guesses = [lambda: sign_in.sign_in(db.session(), attempt, "guess")] * (MAX_FROM_ONE_PLACE + 8)
    outcomes = [type(outcome) for outcome in run_together(app, *guesses)]
    assert sorted(outcomes, key=str) == sorted(
        [WrongCredentials] * MAX_FROM_ONE_PLACE + [TooManyFailures] * 8, key=str
    )


def test_two_admins_who_demote_each_other_do_not_both_succeed(app: Flask) -> None:
    ada, berta = add_person(app, "Ada", Role.ADMIN), add_person(app, "Berta", Role.ADMIN)
    with app.app_context():
        accounts.update_user(db.session(), 1, {"role": "member"}, SYSTEM)
    for _ in range(5):
        outcomes = run_together(
            app,
            *(
                lambda who=who, other=other: accounts.update_user(
                    db.session(), other, {"role": "member"}, Actor(who, Role.ADMIN)
                )
                for who, other in ((ada, berta), (berta, ada))
            ),
        )
        assert sorted(isinstance(outcome, LastAdmin) for outcome in outcomes) == [False, True], outcomes
        with app.app_context():
            for person in (ada, berta):
                accounts.update_user(db.session(), person, {"role": "admin"}, SYSTEM)


def test_an_address_that_two_want_at_once_is_given_to_one(app: Flask) -> None:
    for number in range(5):
        email = f"same{number}@example.org"
        invite = partial(accounts.invite_user, email=email, name="Same", role=Role.MEMBER, actor=SYSTEM)
        outcomes = run_together(app, *[lambda invite=invite: invite(db.session())] * 2)
        assert sorted(isinstance(outcome, InvalidInput) for outcome in outcomes) == [False, True], outcomes
