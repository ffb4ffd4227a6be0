"""Make previews within a test, as a worker would."""

from flask import Flask

from mediaweb.extensions import db
from mediaweb.previews.orders import Step
from mediaweb.services.previews import make_all_previews, make_previews


def make_all(app: Flask, media_id: int) -> bool:
    """Do all that is left to do for a media; return whether it has not failed."""
    with app.app_context():
        return make_all_previews(db.session(), media_id)


def make_first(app: Flask, media_id: int) -> None:
    """Do the first step only."""
    with app.app_context():
        make_previews(db.session(), media_id, Step.FIRST)
