"""`/admin/media`: every media in a table, to find it by anything. `/admin/media/<id>`: one to edit."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import FileType
from mediaweb.services.accounts import list_names
from mediaweb.services.media import media_service
from mediaweb.services.representations import MediaRow
from mediaweb.web.bidi import isolate
from mediaweb.web.media_form import OwnedMediaForm, form_values, offer_owners, read_changes, shown_values
from mediaweb.web.media_query import PAGE_SIZE, SIZES, MediaQuery
from mediaweb.web.next_pages import next_address

blueprint = Blueprint("media_table", __name__, url_prefix="/admin/media")


@blueprint.get("")
@open_to(Callers.ADMINS)
def index() -> str:
    """Draw one page of the media that the address asks for."""
    query = MediaQuery.read(request.args)
    page = media_service.filter_paginated(db.session(), query.to_filter(), current_actor())
    people = list_names(db.session())
    return render_template(
        "admin/media/index.html",
        query=query,
        page=page,
        page_count=-(-page.total // PAGE_SIZE),
        people=people,
        names={person.id: person.name for person in people},
        file_types=tuple(FileType),
        sizes=SIZES,
        here=url_for("media_table.index", **query.arguments()),
        is_all_selected=request.args.get("selected") == "all",
    )


@blueprint.get("/<int:media_id>")
@open_to(Callers.ADMINS)
def edit(media_id: int) -> Response:
    """Draw the form with what is known of one media."""
    media = media_service.get(db.session(), media_id, current_actor())
    return _draw(OwnedMediaForm(data=form_values(media)), media, 200)


@blueprint.post("/<int:media_id>")
@open_to(Callers.ADMINS)
def update(media_id: int) -> Response:
    """Save what was changed and go back to the list as it was."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    form = OwnedMediaForm()
    try:
        changed = media_service.update(db.session(), media_id, read_changes(form, media), actor)
    except InvalidInput as error:
        form.take(error)
        return _draw(form, media, error.status)
    flash(f"{isolate(changed.filename)} is saved.")
    return make_response(redirect(next_address(url_for("media_table.index")), 303))


def _draw(form: OwnedMediaForm, media: MediaRow, status: int) -> Response:
    offer_owners(form.user_id, list_names(db.session()))
    next_ = next_address(url_for("media_table.index"))
    return make_response(
        render_template(
            "admin/media/edit.html", form=form, media=media, shown=shown_values(media), next=next_
        ),
        status,
    )
