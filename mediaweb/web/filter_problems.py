"""What is wrong with an advanced filter that an address brings along."""

from mediaweb.errors import FieldError, InvalidInput
from mediaweb.http.bodies import validate
from mediaweb.services.filter_groups import read_group
from mediaweb.web.media_query import MAX_FILTER_LENGTH


def find_problems(text: str) -> list[FieldError]:
    """Return each thing that keeps a text from being a group of conditions, with its place."""
    if not text:
        return []
    if len(text) > MAX_FILTER_LENGTH:
        msg = f"An address holds at most {MAX_FILTER_LENGTH:,} characters of a filter, this has {len(text):,}"
        return [FieldError(loc=[], msg=msg, type="string_too_long")]
    try:
        validate(lambda: read_group(text))
    except InvalidInput as error:
        return error.errors
    return []
