"""`/admin/media/selection`: what is done to several media at once. Every page of it works as a plain form."""

from collections.abc import Collection

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from wtforms import SelectField, TextAreaField

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db, settings
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.types import MAX_ID
from mediaweb.services import bulk
from mediaweb.services.accounts import list_names
from mediaweb.services.bulk import Outcome
from mediaweb.services.trash import trash_many
from mediaweb.web.forms import Form
from mediaweb.web.media_form import offer_owners, parse_changes, read_text
from mediaweb.web.next_pages import next_address
from mediaweb.web.notices import notify

#: What can be set for many at once.
FIELDS = frozenset({"is_public", "user_id", "alt_text"})

blueprint = Blueprint("media_selection", __name__, url_prefix="/admin/media/selection")


class SelectionForm(Form):
    """A value for every selected media."""

    alt_text = TextAreaField(
        "Alt text",
        description="It replaces what each of them has. Leave it empty to remove it.",
        render_kw={"rows": 3, "maxlength": 2_000},
    )
    user_id = SelectField("Owner", description="Who may edit and delete them, and see the private ones.")


@blueprint.post("")
@open_to(Callers.ADMINS)
def edit() -> Response:
    """Ask for the new owner or alt text, or whether to delete; say of which media."""
    form = SelectionForm()
    form.alt_text.data = ""
    try:
        return _draw(form, request.form.get("action", ""), 200)
    except InvalidInput as error:  # none is selected, or too many
        return _go_back(str(error.detail[0]["msg"]) if isinstance(error.detail, list) else error.detail, True)


@blueprint.post("/update")
@open_to(Callers.ADMINS)
def update() -> Response:
    """Set the one field that was sent for all of them, and go back to the list as it was."""
    sent = {name: read_text(value) for name, value in request.form.items() if name in FIELDS}
    if not sent:
        return _go_back("Nothing was said to be changed.", True)
    try:
        outcome = bulk.update_many(db.session(), _selected_ids(), parse_changes(sent), current_actor())
    except InvalidInput as error:
        return _refuse(error, "owner" if "user_id" in sent else "alt-text" if "alt_text" in sent else "")
    return _go_back(describe_outcome(outcome, "changed"), undo=outcome.event_ids)


@blueprint.post("/delete")
@open_to(Callers.ADMINS)
def destroy() -> Response:
    """Move them all into the trash, and go back to the list as it was."""
    try:
        outcome = trash_many(db.session(), _selected_ids(), current_actor())
    except InvalidInput as error:
        return _refuse(error, "")
    if settings.trash_days:
        return _go_back(describe_outcome(outcome, "moved into the trash"), undo=outcome.event_ids)
    return _go_back(describe_outcome(outcome, "deleted"))


def describe_outcome(outcome: Outcome, verb: str) -> str:
    """Say what has become of the media: `12 media changed, 1 was already gone.`"""
    parts = [f"{outcome.changed:,} media {verb}" if outcome.changed else f"No media {verb}"]
    if outcome.unchanged:
        parts.append(f"{outcome.unchanged:,} {_was(outcome.unchanged)} like that before")
    if outcome.refused:
        parts.append(f"{outcome.refused:,} {_was(outcome.refused)} not yours to change")
    if outcome.gone:
        parts.append(f"{outcome.gone:,} {_was(outcome.gone)} already gone")
    return ", ".join(parts) + "."


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _selected_ids() -> list[int]:
    """Return the ids that the form sent; what is no number can be no media."""
    return [media_id for media_id in request.form.getlist("id", type=int) if 0 < media_id <= MAX_ID]


def _refuse(error: InvalidInput, action: str) -> Response:
    if not action or any(problem["loc"][-1] == "id" for problem in error.detail if isinstance(problem, dict)):
        return _go_back("; ".join(p["msg"] for p in error.detail if isinstance(p, dict)), True)
    form = SelectionForm()
    form.take(error)
    return _draw(form, action, error.status)


def _draw(form: SelectionForm, action: str, status: int) -> Response:
    media = bulk.find_media(db.session(), _selected_ids(), current_actor())
    if not media:
        return _go_back("Nothing is left to do: they are all gone already.", True)
    offer_owners(form.user_id, list_names(db.session()))
    page = render_template(
        "admin/media/selection.html", form=form, action=action, selected=media, next=_list_address()
    )
    return make_response(page, status)


def _go_back(message: str, is_problem: bool = False, undo: Collection[int] = ()) -> Response:
    if is_problem:
        flash(message, "danger")
    else:
        notify(message, undo)
    return make_response(redirect(_list_address(), 303))


def _list_address() -> str:
    return next_address(url_for("media_table.index"))
