"""What there is to choose from in the form of filters, for whoever looks."""

from typing import Any

from mediaweb.extensions import db
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.accounts import list_names
from mediaweb.services.cameras import list_cameras
from mediaweb.web.filter_words import TYPES
from mediaweb.web.media_query import DIMENSIONS, SIZES


def list_choices(actor: Actor) -> dict[str, Any]:
    """Return what `components/filter_fields.html` offers. Names are for people of the library."""
    return {
        "types": TYPES,
        "sizes": {name: size[0] for name, size in SIZES.items()},
        "dimensions": {name: dimension[0] for name, dimension in DIMENSIONS.items()},
        "people": () if actor.is_anonymous else list_names(db.session()),
        "cameras": list_cameras(db.session(), actor),
        # Who can't write alt text has no use for what lacks it.
        "may_write": access.can_upload(actor),
    }
