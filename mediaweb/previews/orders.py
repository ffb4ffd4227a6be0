"""What is asked of a decoding process, and what it answers."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Base64Bytes, BaseModel, ConfigDict, Field, model_validator

from mediaweb.previews.facts import Facts, clean_text
from mediaweb.previews.formats import Kind
from mediaweb.previews.sizes import SIZES, list_sizes

CLIP_NAME = "clip.mp4"
COPY_NAME = "copy.jpg"
#: All that can be in the folder afterwards; empty where it was not made.
FILE_NAMES = (*(f"{size}.webp" for size in SIZES), CLIP_NAME, COPY_NAME)
MAX_REASON_LENGTH = 300
MAX_PLACEHOLDER_BYTES = 2000


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
    placeholder: Annotated[Base64Bytes, Field(max_length=MAX_PLACEHOLDER_BYTES)] = b""
    has_clip: bool = False
    is_complete: bool = True
    failure: Annotated[str, Field(max_length=MAX_REASON_LENGTH), AfterValidator(clean_text)] | None = None

    @model_validator(mode="after")
    def _check_sizes(self) -> Self:
        longest = max(self.width or 0, self.height or 0)
        if (self.width is None) != (self.height is None):
            raise ValueError("one side without the other")
        sizes = tuple(list_sizes(longest)) if longest else ()
        if self.sizes != sizes and (self.is_complete or self.sizes != sizes[-1:]):
            raise ValueError("the sizes don't follow from the dimensions")
        return self
