"""What a file says about itself, as far as a viewer may know: where it was taken is private."""

from sqlalchemy import Row

from mediaweb.previews.facts import Facts
from mediaweb.services.access import Actor, can_see_location

LOCATION = ("latitude", "longitude", "altitude")


def read_facts(media: Row[tuple[object, ...]], actor: Actor) -> Facts:
    """Return the facts of a row of `PAGE_COLUMNS`; their place only for its owner and admins."""
    facts = Facts.model_validate_json(media.facts or "{}")
    if not can_see_location(actor, media):
        for name in LOCATION:
            setattr(facts, name, None)
    for name in ("width", "height", "duration", "taken_at", "camera", "lens"):
        setattr(facts, name, getattr(media, name))
    return facts
