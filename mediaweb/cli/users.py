"""`mediaweb users`: look after the people who may sign in."""

import sys

import click

from mediaweb.cli.library import open_library, page_address
from mediaweb.cli.tables import make_table, print_table
from mediaweb.extensions import settings
from mediaweb.models import Role
from mediaweb.services import account_passwords, accounts
from mediaweb.services.access import SYSTEM
from mediaweb.services.accounts import AccountState, Invitation
from mediaweb.settings import Settings

STATES = {
    AccountState.ACTIVE: "active",
    AccountState.INVITED: "invited",
    AccountState.DEACTIVATED: "deactivated",
}


@click.group()
def users() -> None:
    """Look after the people who may sign in."""


@users.command()
@click.argument("email")
@click.option("--name", help="Their name. Default: what stands before the @.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default="member", help="Default: member."
)
def create(email: str, name: str | None, role: str) -> None:
    """Make an account and print the one-time link by which its owner sets a password."""
    with open_library() as session:
        name = name or email.partition("@")[0]
        _print_link(accounts.invite_user(session, email, name, Role(role), SYSTEM), settings)


@users.command(name="list")
def list_() -> None:
    """List everybody."""
    table = make_table("Id", "Name", "Email", "Role", "State", "Media", "Last seen")
    with open_library() as session:
        for listed in accounts.list_users(session):
            user, seen = listed.user, listed.last_seen_at
            table.add_row(
                *(str(user.id), user.name, user.email or "", user.role),
                *(STATES[listed.state], f"{listed.media_count:,}"),
                f"{seen.astimezone():%Y-%m-%d %H:%M}" if seen else "",
            )
    print_table(table)


@users.command()
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input and set it.")
def set_password(email: str, password_stdin: bool) -> None:
    """Print a one-time link by which somebody sets a new password."""
    with open_library() as session:
        user = accounts.get_user_by_email(session, email)
        if not password_stdin:
            _print_link(accounts.invite_again(session, user.id, SYSTEM), settings)
            return
        account_passwords.replace_password(session, user.id, sys.stdin.readline().rstrip("\r\n"), SYSTEM)
        click.echo(f"The password of {user.email} is set. They are signed out everywhere.", err=True)


@users.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Keep somebody from signing in; their sessions, tokens and links end at once."""
    _set_active(email, False)


@users.command()
@click.argument("email")
def activate(email: str) -> None:
    """Let somebody sign in again."""
    _set_active(email, True)


def _set_active(email: str, is_active: bool) -> None:
    with open_library() as session:
        user = accounts.get_user_by_email(session, email)
        accounts.update_user(session, user.id, {"is_active": is_active}, SYSTEM)
        click.echo(f"{user.email} is {'active' if is_active else 'deactivated'}.", err=True)


def _print_link(invitation: Invitation, settings: Settings) -> None:
    expires_at = invitation.expires_at.astimezone()
    click.echo(f"{invitation.user.email} sets a password by this link, once, until", err=True, nl=False)
    click.echo(f" {expires_at:%Y-%m-%d %H:%M}:", err=True)
    click.echo(page_address(settings, f"/set-password/{invitation.secret}"))
