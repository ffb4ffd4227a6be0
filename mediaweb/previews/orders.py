"""What is asked of a decoding process, and what it answers."""

from enum import StrEnum
from pathlib import Path

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from mediaweb.previews.facts import Facts
from mediaweb.previews.formats import Kind
from mediaweb.previews.sizes import SIZES

CLIP_NAME = "clip.mp4"
COPY_NAME = "copy.jpg"
MAX_REASON_LENGTH = 300


class Step(StrEnum):
    """The work on one file, in two: what a gallery shows at once, and what can follow a little later.

    `JPEG` is for those who can't read WebP: a copy of one preview, made when it is first asked for.
    """

    FIRST = "first"
    REST = "rest"
    JPEG = "jpeg"


class Order(BaseModel):
    """What to make of which file; `folder` is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Path
    folder: Path
    kind: Kind
    step: Step


class Made(BaseModel):
    """What came of it: facts, and files in the folder, one `<size>.webp` for each of `sizes`.

    `width` and `height` are those of the largest preview, in pixels. `is_complete` is False while there is
    something left for the second step. `failure` is the reason in words where there is no preview.
    """

    model_config = ConfigDict(extra="forbid")

    facts: Facts = Field(default_factory=Facts)
    sizes: tuple[int, ...] = ()
    width: int | None = Field(None, ge=1, le=SIZES[-1])
    height: int | None = Field(None, ge=1, le=SIZES[-1])
    placeholder: Base64Bytes = b""
    has_clip: bool = False
    is_complete: bool = True
    failure: str | None = Field(None, max_length=MAX_REASON_LENGTH)
