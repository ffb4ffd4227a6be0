"""`/upload`: a form that works without JavaScript, and the panel that sends file after file."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from mediaweb.errors import DuplicateMedia, FileTooLarge, FileTypeRefused, InvalidCsrfToken, MediaWebError
from mediaweb.extensions import csrf, db, settings
from mediaweb.http.bodies import UploadForm
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.services import access, direct_uploads
from mediaweb.services.access import Actor
from mediaweb.services.incoming import FLAGS
from mediaweb.services.media import media_service
from mediaweb.services.preview_files import thumbnail_links
from mediaweb.services.representations import MediaRow
from mediaweb.web.bidi import isolate

#: Those with a place in the form for what is wrong with them.
FIELDS = frozenset({"description", "alt_text", "is_public", "file"})

blueprint = Blueprint("upload", __name__, url_prefix="/upload")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def new() -> str:
    """Draw the empty form."""
    access.check_can_upload(current_actor())
    return _draw_form({}, None)


@blueprint.get("/panel")
@open_to(Callers.VIEWERS)
def panel() -> str:
    """Draw what the panel is made of: any page asks for it once somebody has files for us."""
    access.check_can_upload(current_actor())
    return render_template(
        "upload/_panel.html",
        max_file_size=settings.max_file_size,
        is_direct=direct_uploads.is_offered(),
    )


@blueprint.post("")
@open_to(Callers.VIEWERS)
@csrf.exempt  # type: ignore[untyped-decorator] # checked below, before the file is read: the form is a stream
def create() -> Response:
    """Store the file and show it; on bad input, draw the form again with what was entered.

    The panel gets JSON for both. A file that is here already is kept only with the field `keep_duplicate`.
    """
    actor = current_actor()
    access.check_can_upload(actor)
    form = UploadForm(request, settings.max_file_size)
    _check_csrf_token(form)
    keeps_duplicate = FLAGS.get(form.fields.pop("keep_duplicate", ""), False)
    try:
        media = media_service.receive(
            db.session(),
            form.incoming_file(),
            actor,
            settings.max_file_size,
            keeps_duplicate=keeps_duplicate,
        )
    except MediaWebError as error:
        if _is_panel():
            return _tell_panel(error)
        return make_response(_draw_form(form.fields, error), error.status)
    return _describe_upload(media, actor) if _is_panel() else _send_on(media, actor)


def _check_csrf_token(form: UploadForm) -> None:
    try:
        validate_csrf(form.fields.pop("csrf_token", None))
    except ValidationError:
        raise InvalidCsrfToken from None


def _is_panel() -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _describe_upload(media: MediaRow, actor: Actor) -> Response:
    """Return what the panel's line tells of a stored file; no address where its sender may not see it."""
    thumbnails = thumbnail_links(media, request.script_root)
    answer = {
        "id": media.id,
        "address": url_for("gallery.show", media_id=media.id) if _can_see(actor, media) else None,
        "state": media.preview_state,
        "thumbnail": next(iter(thumbnails.values()), None),
    }
    return json_response(answer, 201)


def _tell_panel(error: MediaWebError) -> Response:
    """Return where the file is already. Raises every other error: it is told as everywhere."""
    if not isinstance(error, DuplicateMedia):
        raise error
    answer: dict[str, Any] = {"detail": error.detail, "code": error.code, "id": error.media_id}
    answer["address"] = url_for("gallery.show", media_id=error.media_id)
    return json_response(answer, error.status)


def _send_on(media: MediaRow, actor: Actor) -> Response:
    """Go to the new media, or back to the form when the visitor may not see what they uploaded."""
    if _can_see(actor, media):
        flash(f"{isolate(media.filename)} was uploaded.")
        return make_response(redirect(url_for("gallery.show", media_id=media.id), 303))
    flash(f"{isolate(media.filename)} was uploaded. It is private: only admins see it.")
    return make_response(redirect(url_for("upload.new"), 303))


def _can_see(actor: Actor, media: MediaRow) -> bool:
    try:
        access.check_can_see(actor, media)
    except MediaWebError:
        return False
    return True


def _draw_form(fields: dict[str, str], error: MediaWebError | None) -> str:
    return render_template(
        "upload/new.html",
        fields=fields,
        error=error,
        errors=_sort_by_field(error) if error else {},
        duplicate_id=error.media_id if isinstance(error, DuplicateMedia) else None,
        max_file_size=settings.max_file_size,
    )


def _sort_by_field(error: MediaWebError) -> dict[str, list[str]]:
    """Return the reasons by the field they are about; under "" those about no field of the form."""
    if isinstance(error, FileTooLarge | FileTypeRefused):
        return {"file": [str(error)]}
    if isinstance(error.detail, str):
        return {"": [error.detail]}
    sorted_: dict[str, list[str]] = {}
    for problem in error.detail:
        name = str(problem["loc"][1]) if len(problem["loc"]) > 1 else ""
        sorted_.setdefault(name if name in FIELDS else "", []).append(problem["msg"])
    return sorted_
