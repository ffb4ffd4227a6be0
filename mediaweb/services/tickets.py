"""Tickets for live connections, for programs in a browser, which can't send an access token with one.

A ticket stands in an address, which ends up in logs: it works once, and only for a moment.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidTicket
from mediaweb.models import SocketTicket
from mediaweb.models.types import utc_now
from mediaweb.services.credentials import Credential, CredentialKind
from mediaweb.services.secret_texts import hash_secret, make_secret
from mediaweb.services.transactions import write_transaction

LIFETIME = timedelta(seconds=30)


def make_ticket(session: Session, credential: Credential) -> str:
    """Return a ticket with which a connection has the rights of a credential. Commits; forgets old ones."""
    secret = make_secret()
    now = utc_now()
    with write_transaction(session):
        session.execute(delete(SocketTicket).where(SocketTicket.expires_at <= now))
        session.add(
            SocketTicket(
                secret_hash=hash_secret(secret),
                kind=credential.kind,
                credential_hash=credential.secret_hash,
                expires_at=now + LIFETIME,
            )
        )
    return secret


def redeem(session: Session, secret: str) -> Credential:
    """Take a ticket, which is no good from now on. Commits. Raises `InvalidTicket`."""
    taken = delete(SocketTicket).where(SocketTicket.secret_hash == hash_secret(secret))
    with write_transaction(session):
        ticket = session.execute(
            taken.returning(SocketTicket.kind, SocketTicket.credential_hash, SocketTicket.expires_at)
        ).one_or_none()
    if ticket is None or ticket.expires_at <= utc_now():
        raise InvalidTicket
    return Credential(CredentialKind(ticket.kind), ticket.credential_hash)
