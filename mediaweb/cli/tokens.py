"""`mediaweb tokens`: what programs send to act for somebody."""

import click

from mediaweb.cli.library import open_library
from mediaweb.cli.tables import make_table, print_table
from mediaweb.models import TokenScope
from mediaweb.services import tokens as access_tokens
from mediaweb.services.access import SYSTEM
from mediaweb.services.accounts import get_active_user_by_email


@click.group()
def tokens() -> None:
    """Look after access tokens: what programs send to act for somebody."""


@tokens.command()
@click.option("--user", "email", required=True, metavar="EMAIL", help="For whom the program acts.")
@click.option(
    "--scope", type=click.Choice([scope.value for scope in TokenScope]), default="read", help="Default: read."
)
@click.option(
    "--expires", "days", type=int, metavar="DAYS", help="After how many days it ends. Default: never."
)
@click.option("--name", default="command line", help="What it is for. Default: command line.")
def create(email: str, scope: str, days: int | None, name: str) -> None:
    """Make a token and print it alone, for scripts. Nobody can read it again."""
    with open_library() as session:
        user = get_active_user_by_email(session, email)
        token, secret = access_tokens.create_token(session, user.id, name, TokenScope(scope), days, SYSTEM)
        until = f"until {token.expires_at.astimezone():%Y-%m-%d}" if token.expires_at else "for good"
        click.echo(f"Token {token.id} lets a program {token.scope} as {user.email} {until}.", err=True)
        click.echo(secret)


@tokens.command(name="list")
def list_() -> None:
    """List everybody's tokens, by how they end."""
    table = make_table("Id", "Email", "Name", "Ends in", "Scope", "Created", "Last used", "Expires")
    with open_library() as session:
        for token, email in access_tokens.list_all_tokens(session):
            moments = (token.created_at, token.last_used_at, token.expires_at)
            table.add_row(
                *(str(token.id), email or "", token.name, token.hint, token.scope),
                *(f"{moment.astimezone():%Y-%m-%d}" if moment else "never" for moment in moments),
            )
    print_table(table)


@tokens.command()
@click.argument("token_id", metavar="ID", type=int)
def revoke(token_id: int) -> None:
    """End a token: from now on it is nobody's."""
    with open_library() as session:
        token = access_tokens.get_token(session, token_id)
        access_tokens.revoke_token(session, token_id, token.user_id, SYSTEM)
        click.echo(f"Token {token_id} ({token.name}) is revoked.", err=True)
