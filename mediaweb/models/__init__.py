"""The tables: what the library remembers."""

from mediaweb.models.credentials import (
    AccessToken,
    BrowserSession,
    OneTimeLink,
    SignInFailures,
    SocketTicket,
    TokenScope,
)
from mediaweb.models.event import Event, EventType, Subject
from mediaweb.models.media import FileType, Media, PreviewState
from mediaweb.models.tag import MediaTag, Tag
from mediaweb.models.trash import TrashedMedia
from mediaweb.models.upload import DirectUpload, UploadState
from mediaweb.models.user import Role, User

__all__ = [
    "AccessToken",
    "BrowserSession",
    "DirectUpload",
    "Event",
    "EventType",
    "FileType",
    "Media",
    "MediaTag",
    "OneTimeLink",
    "PreviewState",
    "Role",
    "SignInFailures",
    "SocketTicket",
    "Subject",
    "Tag",
    "TokenScope",
    "TrashedMedia",
    "UploadState",
    "User",
]
