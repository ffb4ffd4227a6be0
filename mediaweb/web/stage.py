"""How the page of a media shows it: which of the ways that `templates/gallery/_stage.html` draws."""

from enum import StrEnum

from mediaweb.models import FileType, PreviewState
from mediaweb.previews.facts import Facts
from mediaweb.services.first_lines import FirstLines
from mediaweb.services.representations import MediaRow
from mediaweb.web.formats import is_drawable


class Stage(StrEnum):
    """The ways to show a media."""

    ORIGINAL = "original"
    PREVIEW = "preview"
    VIDEO = "video"
    AUDIO = "audio"
    PAGES = "pages"
    TEXT = "text"
    CARD = "card"


def choose_stage(media: MediaRow, known: Facts, lines: FirstLines | None) -> Stage:
    """Choose the best of what there is: by its family, what is known of it and how far its previews are."""
    if media.file_type == FileType.IMAGE:
        return _choose_for_image(media, known)
    if media.file_type in (FileType.VIDEO, FileType.AUDIO):
        return Stage.VIDEO if media.file_type == FileType.VIDEO else Stage.AUDIO
    if media.mime_type == "application/pdf":
        return Stage.PAGES
    return Stage.CARD if lines is None else Stage.TEXT


def _choose_for_image(media: MediaRow, known: Facts) -> Stage:
    if media.preview_state == PreviewState.FAILED:  # what broke a decoder may break a browser
        return Stage.CARD
    has_all_previews = media.preview_width is not None and media.preview_todo is None
    if is_drawable(media.mime_type) and (known.is_animated or not has_all_previews):
        return Stage.ORIGINAL
    return Stage.PREVIEW if media.preview_width is not None else Stage.CARD
