"""What other sites and search engines are told of a media: as much as a visitor who is not signed in sees."""

from dataclasses import dataclass

from flask import Flask

from mediaweb.errors import MediaWebError
from mediaweb.http.callers import base_url
from mediaweb.models import FileType
from mediaweb.previews.sizes import scaled_dimensions
from mediaweb.services.access import ANONYMOUS, check_can_see
from mediaweb.services.preview_files import AnyMedia, thumbnail_links
from mediaweb.web.formats import file_size, type_label

#: The long edge of the picture, in pixels: more than any site shows beside a link.
PICTURE_SIZE = 1280
#: As much of a description as such sites show, and a little more.
MAX_WORDS_LENGTH = 200
OPEN_GRAPH_TYPES = {FileType.VIDEO: "video.other", FileType.AUDIO: "music.song"}


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """The picture beside a link, at its absolute address, with its size in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What stands beside a link to a media; `file` is the absolute address of what can be played."""

    address: str
    title: str
    words: str
    type: str
    alt: str | None
    picture: SharedPicture | None
    file: str | None


def register_share_cards(app: Flask) -> None:
    """Give the templates `share_card(media)` and `base_url()`."""
    app.add_template_global(base_url)
    app.add_template_global(make_share_card, "share_card")


def make_share_card(media: AnyMedia) -> ShareCard | None:
    """Return what is told of a media that everybody may see; None of any other."""
    try:
        check_can_see(ANONYMOUS, media)
    except MediaWebError:
        return None
    start = base_url()
    kind = FileType(media.file_type)
    is_played = kind in OPEN_GRAPH_TYPES
    return ShareCard(
        address=f"{start}/gallery/{media.id}",
        title=media.filename,
        words=_describe(media),
        type=OPEN_GRAPH_TYPES.get(kind, "website"),
        alt=media.alt_text,
        picture=_find_picture(media, start),
        file=f"{start}/media/{media.id}/download?disposition=inline" if is_played else None,
    )


def _describe(media: AnyMedia) -> str:
    words = " ".join((media.description or media.alt_text or "").split())
    if not words:
        return f"{type_label(media)}, {file_size(media.file_size)}"
    return words if len(words) <= MAX_WORDS_LENGTH else words[: MAX_WORDS_LENGTH - 1].rstrip() + "…"


def _find_picture(media: AnyMedia, start: str) -> SharedPicture | None:
    links = thumbnail_links(media, start)
    if not links:
        return None
    assert media.preview_width is not None
    assert media.preview_height is not None
    width, height = scaled_dimensions(media.preview_width, media.preview_height, PICTURE_SIZE)
    address = links.get(str(width))
    if address is None:  # so far there is only one
        return SharedPicture([*links.values()][-1], media.preview_width, media.preview_height)
    return SharedPicture(address, width, height)
