"""What may be a tag, and when two spellings are the same tag."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from mediaweb.models.engine import fold_case

MAX_TAGS = 50
MAX_TAG_LENGTH = 64
#: How many names are looked at, before those are dropped that come twice.
MAX_NAMES_SENT = 1000


def clean_name(name: str) -> str:
    """Return a tag without blank edges and double blanks. Raises `ValueError` for what can't be one."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise ValueError("a tag may not be empty")
    if len(cleaned) > MAX_TAG_LENGTH:
        raise ValueError(f"a tag may have at most {MAX_TAG_LENGTH} characters, {cleaned[:20]}… has more")
    if "," in cleaned:  # forms list tags with commas between them
        raise ValueError(f"a tag may not contain a comma: {cleaned}")
    if not cleaned.isprintable():
        raise ValueError("a tag may contain only characters that can be seen")
    return cleaned


def unique_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags cleaned, each once whatever its case. Raises `ValueError` for too many."""
    known: dict[str, str] = {}
    for name in map(clean_name, names):
        known.setdefault(fold_case(name), name)
    if len(known) > MAX_TAGS:
        raise ValueError(f"at most {MAX_TAGS} tags are accepted, these are {len(known)}")
    return tuple(known.values())


def split_names(value: Any) -> Any:
    """Take a text apart at its commas, as forms send tags; anything else stays as it is."""
    return [name for name in value.split(",") if name.strip()] if isinstance(value, str) else value


#: Tags as JSON gives them: a list of names.
Tags = Annotated[tuple[str, ...], Field(max_length=MAX_NAMES_SENT), AfterValidator(unique_names)]
#: The same, or a text with commas.
TagsOfForm = Annotated[Tags, BeforeValidator(split_names)]
