"""`mediaweb users` and `mediaweb tokens`: what a person sees, and what a script may rely on."""

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from mediaweb.extensions import db
from mediaweb.models import User
from mediaweb.services import account_passwords
from mediaweb.services.passwords import verify_password
from tests.people import add_person, make_token, sign_in_as

PASSWORD = "quiet harbour lantern seven"
LINK = re.compile(r"http://127\.0\.0\.1:8000/set-password/([0-9a-f]{64})\n")


def assert_refused(result: Result, reason: str, status: int = 1) -> None:
    """Check that nothing is on standard output, and one plain line on standard error."""
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", reason + "\n")


def read_user(app: Flask, user_id: int) -> User:
    with app.app_context():
        return db.session.get_one(User, user_id)


def status_with(app: Flask, token: str) -> int:
    return app.test_client().get("/media/", headers={"Authorization": f"Bearer {token}"}).status_code


def test_create_prints_a_link_alone_that_sets_the_password(app: Flask, run: Callable[..., Result]) -> None:
    result = run("users", "create", "Anna@Example.org", "--name", "Anna", "--role", "admin")
    match = LINK.fullmatch(result.stdout)
    assert match is not None
    assert result.exit_code == 0
    assert "anna@example.org sets a password by this link, once, until " in result.stderr
    user = read_user(app, 2)
    assert (user.name, user.email, user.role) == ("Anna", "anna@example.org", "admin")
    with app.app_context():
        account_passwords.set_password(db.session(), match[1], PASSWORD, "Anna", "")


def test_the_link_is_below_the_public_url(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://media.example.org/library/")
    result = run("users", "create", "jo@example.org")
    assert result.stdout.startswith("https://media.example.org/library/set-password/")


def test_a_name_is_made_of_the_address(app: Flask, run: Callable[..., Result]) -> None:
    run("users", "create", "jo@example.org")
    user = read_user(app, 2)
    assert (user.name, user.role) == ("jo", "member")


def test_what_create_refuses_is_told_in_a_line(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "Bea")
    assert_refused(run("users", "create", "BEA@example.org"), "Somebody else signs in with this address.")
    assert_refused(run("users", "create", "bea"), "Write an email address, like anna@example.org.")
    assert run("users", "create", "jo@example.org", "--role", "owner").exit_code == 2


def test_list_shows_everybody_whole(app: Flask, run: Callable[..., Result]) -> None:
    name = "Anneliese Wolkenstein Hohenberg von der Heide"
    sign_in_as(app.test_client(), app, add_person(app, name))
    result = run("users", "list")
    assert result.exit_code == 0
    admin, anneliese = (line.split() for line in result.stdout.splitlines() if "@" in line or "Admin" in line)
    assert admin == ["1", "Admin", "admin", "invited", "0"]
    assert anneliese[: len(name.split()) + 2] == [
        "2",
        *name.split(),
        f"{name.lower().replace(' ', '.')}@example.org",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", anneliese[-2])


def test_set_password_prints_a_new_link(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "Bea")
    assert LINK.fullmatch(run("users", "set-password", "BEA@example.org").stdout)
    assert_refused(run("users", "set-password", "jo@example.org"), "Nobody signs in with jo@example.org.")


def test_set_password_reads_one_and_signs_its_owner_out(app: Flask, run: Callable[..., Result]) -> None:
    bea_id = add_person(app, "Bea")
    browser = sign_in_as(app.test_client(), app, bea_id)
    short = run("users", "set-password", "bea@example.org", "--password-stdin", input="short\n")
    assert_refused(short, "Use at least 10 characters.")
    assert browser.get("/account").status_code == 200
    result = run("users", "set-password", "bea@example.org", "--password-stdin", input=PASSWORD + "\n")
    assert (result.exit_code, result.stdout) == (0, "")
    assert PASSWORD not in result.stderr
    assert verify_password(read_user(app, bea_id).password_hash, PASSWORD)
    assert browser.get("/account").status_code == 401


def test_deactivate_and_activate(app: Flask, run: Callable[..., Result]) -> None:
    bea_id = add_person(app, "Bea")
    token = make_token(app, bea_id)
    assert run("users", "deactivate", "bea@example.org").stderr == "bea@example.org is deactivated.\n"
    assert not read_user(app, bea_id).is_active
    assert status_with(app, token) == 401
    for command in ("users set-password bea@example.org", "tokens create --user bea@example.org"):
        assert_refused(run(*command.split()), "This person is deactivated. Activate them first.")
    assert run("users", "activate", "bea@example.org").exit_code == 0
    assert read_user(app, bea_id).is_active


def test_the_last_admin_is_not_deactivated(app: Flask, run: Callable[..., Result]) -> None:
    with app.app_context():
        account_passwords.set_first_password(db.session(), "first@example.org", PASSWORD)
    result = run("users", "deactivate", "first@example.org")
    assert result.exit_code == 1
    assert result.stderr.startswith("This is the only active admin.")


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_stands_alone_on_standard_output(app: Flask, run: Callable[..., Result], scope: str) -> None:
    add_person(app, "Bea")
    result = run("tokens", "create", "--user", "Bea@example.org", "--scope", scope, "--expires", "30")
    assert re.fullmatch(r"mediaweb_[0-9a-f]{64}\n", result.stdout)
    assert re.match(rf"Token 1 lets a program {scope} as bea@example.org until \d{{4}}-", result.stderr)
    assert status_with(app, result.stdout.strip()) == 200


def test_tokens_are_listed_and_revoked(app: Flask, run: Callable[..., Result]) -> None:
    token = make_token(app, add_person(app, "Bea"))
    listed = run("tokens", "list").stdout
    assert f"{token[-4:]}" in listed
    assert token not in listed
    assert run("tokens", "revoke", "1").stderr == "Token 1 (a test) is revoked.\n"
    assert status_with(app, token) == 401
    assert_refused(run("tokens", "revoke", "1"), "There is no such token.")


@pytest.mark.parametrize("days", ["0", "-3", "99999"])
def test_days_have_limits(app: Flask, run: Callable[..., Result], days: str) -> None:
    add_person(app, "Bea")
    result = run("tokens", "create", "--user", "bea@example.org", "--expires", days)
    assert_refused(result, "Choose between 1 and 3650 days.")


def test_an_unknown_user_gets_no_token(run: Callable[..., Result]) -> None:
    result = run("tokens", "create", "--user", "jo@example.org")
    assert_refused(result, "Nobody signs in with jo@example.org.")
