"""`/trash`: what was deleted, to restore it or to delete it for good. All of it works as a plain form."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db, settings
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.preview_delivery import deliver_private_preview
from mediaweb.services import trash
from mediaweb.services.accounts import list_names
from mediaweb.web.next_pages import next_address
from mediaweb.web.notices import notify

PAGE_SIZE = 60
#: In pixels of the long edge: sharp on a fine screen, too.
PICTURE_SIZE = 320

blueprint = Blueprint("trash", __name__, url_prefix="/trash")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def index() -> str:
    """Draw one page of what the visitor may restore, what was deleted last first."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10**9)
    actor = current_actor()
    total = trash.count_trash(db.session(), actor)
    return render_template(
        "trash/index.html",
        found=trash.list_trash(db.session(), actor, PAGE_SIZE, (number - 1) * PAGE_SIZE),
        total=total,
        number=number,
        page_count=-(-total // PAGE_SIZE),
        here=url_for("trash.index", page=number if number > 1 else None),
        actor=actor,
        names={} if actor.is_anonymous else {person.id: person.name for person in list_names(db.session())},
        trash_days=settings.trash_days,
        expires_at=trash.expires_at,
        is_all_selected=request.args.get("selected") == "all",
    )


@blueprint.get("/<int:media_id>/thumbnail")
@open_to(Callers.VIEWERS)
def thumbnail(media_id: int) -> Response:
    """Answer with a small picture of a media in the trash, for who may restore it."""
    media = trash.get_trashed(db.session(), media_id, current_actor())
    return deliver_private_preview(media, PICTURE_SIZE)


@blueprint.post("/restore")
@open_to(Callers.VIEWERS)
def update() -> Response:
    """Restore what is selected."""
    try:
        outcome = trash.restore_many(db.session(), _selected_ids(), current_actor())
    except InvalidInput as error:
        return _refuse(error)
    notify(_tell(outcome.changed, outcome.gone, "restored"))
    return _go_back()


@blueprint.post("/selection")
@open_to(Callers.VIEWERS)
def edit() -> Response:
    """Ask whether to delete for good what is selected, and say what that is."""
    try:
        found = trash.find_trashed(db.session(), _selected_ids(), current_actor())
    except InvalidInput as error:
        return _refuse(error)
    if not found:
        flash("Nothing is left to delete: none of it is in the trash any more.", "danger")
        return _go_back()
    return make_response(render_template("trash/selection.html", found=found, next=_list_address()))


@blueprint.post("/selection/delete")
@open_to(Callers.VIEWERS)
def destroy() -> Response:
    """Delete for good what was asked for."""
    try:
        outcome = trash.delete_for_good(db.session(), _selected_ids(), current_actor())
    except InvalidInput as error:
        return _refuse(error)
    notify(_tell(outcome.changed, outcome.gone, "deleted for good"))
    return _go_back()


def _tell(changed: int, gone: int, verb: str) -> str:
    parts = [f"{changed:,} media {verb}" if changed else f"No media {verb}"]
    if gone:
        parts.append(f"{gone:,} {'was' if gone == 1 else 'were'} not in the trash any more")
    return ", ".join(parts) + "."


def _selected_ids() -> list[int]:
    return request.form.getlist("id", type=int)


def _refuse(error: InvalidInput) -> Response:
    flash("; ".join(problem["msg"] for problem in error.errors), "danger")
    return _go_back()


def _go_back() -> Response:
    return make_response(redirect(_list_address(), 303))


def _list_address() -> str:
    return next_address(url_for("trash.index"))
