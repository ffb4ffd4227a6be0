"""`/media`, one blueprint: the modules `media`, `files` and `archives` add their views to it."""

from flask_openapi import APIBlueprint, Tag

from mediaweb.api.document import operation_id

blueprint = APIBlueprint(
    "media",
    __name__,
    url_prefix="/media",
    abp_tags=[Tag(name="media", description="Files and what is known of them.")],
    operation_id_callback=operation_id,
)
