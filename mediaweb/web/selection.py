"""`/selection`: what is done to several media at once. Every page of it works as a plain form.

A script gets the part of a page that it shows in place, and in JSON what came of a change.
"""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from wtforms import SelectField, StringField, TextAreaField

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db, settings
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.models import FileType, Media
from mediaweb.services import access, bulk
from mediaweb.services.accounts import list_names
from mediaweb.services.trash import trash_many
from mediaweb.web.forms import Form
from mediaweb.web.media_form import offer_owners, parse_changes, read_text
from mediaweb.web.selected import go_back, next_page, read_ids, refuse, tell, wants_json

#: What can be set for many at once, and the page that asks for it.
FIELDS = {"is_public": "", "user_id": "owner", "alt_text": "alt-text"}
#: Edits each picture's alt text, one after the other.
ONE_BY_ONE = "alt-texts"

blueprint = Blueprint("selection", __name__, url_prefix="/selection")


class SelectionForm(Form):
    """A value for every selected media."""

    alt_text = TextAreaField(
        "Alt text",
        description="It replaces what each of them has. Leave it empty to remove it.",
        render_kw={"rows": 3, "maxlength": 2_000},
    )
    user_id = SelectField("Owner", description="Who may edit and delete them, and see the private ones.")
    add = StringField(
        "Add tags",
        description="Words or short names, with commas between them.",
        render_kw={"maxlength": 2_000, "autocomplete": "off"},
    )


@blueprint.post("")
@open_to(Callers.VIEWERS)
def edit() -> Response:
    """Ask for a value, or whether to delete; say of which media."""
    form = SelectionForm()
    form.alt_text.data = ""
    try:
        return draw(form, request.form.get("action", ""), 200)
    except InvalidInput as error:  # none is selected, or too many
        return refuse(error)


@blueprint.post("/update")
@open_to(Callers.VIEWERS)
def update() -> Response:
    """Set the one field that was sent for all of them, and go back to where one was."""
    sent = {name: read_text(value) for name, value in request.form.items() if name in FIELDS}
    if not sent:
        return go_back("Nothing was said to be changed.", True)
    try:
        outcome = bulk.update_many(db.session(), read_ids(), parse_changes(sent), current_actor())
    except InvalidInput as error:
        return redraw(error, FIELDS[next(iter(sent))])
    return tell(outcome, "changed")


@blueprint.post("/delete")
@open_to(Callers.VIEWERS)
def destroy() -> Response:
    """Move them all into the trash, and go back to where one was."""
    try:
        outcome = trash_many(db.session(), read_ids(), current_actor())
    except InvalidInput as error:
        return refuse(error)
    return tell(outcome, "moved into the trash" if settings.trash_days else "deleted")


def redraw(error: InvalidInput, action: str) -> Response:
    """Show a form again with what was wrong; what is wrong with the selection is said where one was."""
    is_about_ids = any(problem["loc"][-1] == "id" for problem in error.detail if isinstance(problem, dict))
    if not action or is_about_ids or wants_json():
        return refuse(error)
    form = SelectionForm()
    form.take(error)
    return draw(form, action, error.status)


def draw(form: SelectionForm, action: str, status: int) -> Response:
    """Draw the page of an action, or only its form. Raises `InvalidInput` and what `access` raises."""
    actor = current_actor()
    if action == "owner":
        access.check_can_give_away(actor)
        offer_owners(form.user_id, list_names(db.session()))
    media = bulk.find_media(db.session(), read_ids(), actor)
    if action == ONE_BY_ONE:
        return _begin(media)
    if not media:
        return go_back("None of these are there any more, or yours to change.", True)
    page = render_template(
        "selection/_form.html" if "HX-Request" in request.headers else "selection/edit.html",
        form=form,
        action=action,
        selected=media,
        tags=_count_tags(media),
        next=next_page(),
    )
    return make_response(page, status)


def _begin(media: Sequence[Media]) -> Response:
    """Lead to the first of the pictures, in the order in which they were sent."""
    pictures = {one.id for one in media if one.file_type == FileType.IMAGE}
    ids = [media_id for media_id in dict.fromkeys(read_ids()) if media_id in pictures]
    if wants_json():
        return json_response({"ids": ids})
    if not ids:
        return go_back("None of these are pictures that you may change.", True)
    return make_response(redirect(url_for("selection_alt_texts.edit", id=ids, next=next_page()), 303))


def _count_tags(media: Sequence[Media]) -> list[tuple[str, int]]:
    """Return the tags that the media have, those of most first, and of how many."""
    counts = Counter(name for one in media for name in one.tags)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0].casefold()))
