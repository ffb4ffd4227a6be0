"""What may be a tag, and when two spellings are the same tag."""

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from mediaweb.errors import InvalidInput
from mediaweb.models.engine import fold_case

MAX_TAGS = 50
MAX_TAG_LENGTH = 64
#: How many names are looked at, before those are dropped that come twice.
MAX_NAMES_SENT = 1000
#: What joins signs into one: emoji, and letters in Persian and in the scripts of India.
_JOINERS = str.maketrans("", "", "\u200c\u200d")


def clean_name(name: str) -> str:
    """Return a tag without blank edges and double blanks. Raises `ValueError` for what can't be one."""
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    seen = cleaned.translate(_JOINERS)
    if not seen:
        raise ValueError("A tag may not be empty.")
    if len(cleaned) > MAX_TAG_LENGTH:
        raise ValueError(f"A tag may have at most {MAX_TAG_LENGTH} characters.")
    if "," in cleaned:  # forms list tags with commas between them
        raise ValueError("A tag may not contain a comma.")
    if not seen.isprintable():
        raise ValueError("A tag may contain only characters that can be seen.")
    return cleaned


def fold_name(name: str) -> str:
    """Return what the spellings of a tag have in common."""
    return fold_case(" ".join(unicodedata.normalize("NFC", name).split()))


def unique_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags cleaned, each once whatever its case. Raises `ValueError` for too many."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(fold_name(name), name)
    if len(known) > MAX_TAGS:
        raise ValueError(f"At most {MAX_TAGS} tags are accepted; these are {len(known)}.")
    return tuple(known.values())


def split_names(value: Any) -> Any:
    """Take a text apart at its commas, as forms send tags; anything else stays as it is."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def read_names(names: Sequence[str], place: str) -> tuple[str, ...]:
    """Return tags cleaned, each once. Raises `InvalidInput` that names the place of what is wrong."""
    try:
        return unique_names(tuple(map(clean_name, names)))
    except ValueError as error:
        raise InvalidInput.at("body", place, msg=str(error)) from None


Name = Annotated[
    str,
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_TAG_LENGTH, "pattern": "^[^,]*$"}),
    AfterValidator(clean_name),
]
#: Tags as JSON gives them: a list of names.
Tags = Annotated[tuple[Name, ...], Field(max_length=MAX_NAMES_SENT), AfterValidator(unique_names)]
#: The same, or a text with commas.
TagsOfForm = Annotated[Tags, BeforeValidator(split_names), WithJsonSchema({"type": "string"})]
