"""What a decoder finds out about a file."""

from datetime import datetime
from typing import Annotated, Any

from PIL import Image
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

MAX_TEXT_LENGTH = 200


def clean_text(text: str) -> str | None:
    """Make one line of a text that a file brought, without control characters; None if nothing is left."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:MAX_TEXT_LENGTH].strip() or None


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


Text = Annotated[str | None, AfterValidator(_clean)]
Positive = Annotated[float | None, Field(gt=0, le=1e12, allow_inf_nan=False)]
Count = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class Facts(BaseModel):
    """What a file says about itself; what it does not say is None.

    A hostile file may say anything: whoever stores facts validates them first.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    #: Pixels, as a person sees it: after the orientation that the file asks for.
    width: Count = None
    height: Count = None
    #: Seconds.
    duration: Positive = None
    #: With its zone.
    taken_at: datetime | None = None
    camera: Text = None
    lens: Text = None
    #: Minutes east of UTC of the clock that `taken_at` was read from, where the file tells.
    taken_offset_minutes: int | None = Field(None, ge=-24 * 60, le=24 * 60)
    #: Seconds, f-number, ISO and millimetres.
    exposure_time: Positive = None
    f_number: Positive = None
    iso: Count = None
    focal_length: Positive = None
    #: Degrees north and east, and metres above the sea.
    latitude: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    altitude: float | None = Field(None, ge=-20_000, le=100_000, allow_inf_nan=False)
    title: Text = None
    artist: Text = None
    album: Text = None
    video_codec: Text = None
    audio_codec: Text = None
    #: Frames a second.
    frame_rate: Positive = None
    page_count: Count = None
    #: Whether a picture moves, as GIF, WebP and PNG may.
    is_animated: bool | None = None


def accept_claims(**claims: Any) -> Facts:
    """Make facts of what a file claims, without what can't be true, as a latitude of 95 degrees."""
    try:
        return Facts(**claims)
    except ValidationError as error:
        refused = {part["loc"][0] for part in error.errors()}
        return Facts(**{name: value for name, value in claims.items() if name not in refused})


class Draft:
    """A decoded file: its facts, and a picture to make previews of unless it has nothing to look at.

    The picture is upright, in sRGB and of mode RGB, or RGBA where it has transparency. `is_complete` tells
    whether it has all the pixels that the largest preview can use.
    """

    __slots__ = ("facts", "is_complete", "picture")

    def __init__(self, facts: Facts, picture: Image.Image | None = None, is_complete: bool = True) -> None:
        self.facts = facts
        self.picture = picture
        self.is_complete = is_complete


class PreviewFailed(Exception):
    """A file has no preview, for a reason that a person understands: a sentence, without paths or code."""
