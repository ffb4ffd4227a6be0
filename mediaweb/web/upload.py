"""`/upload`: a form that works without JavaScript."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from mediaweb.errors import FileTooLarge, FileTypeRefused, InvalidCsrfToken, MediaWebError
from mediaweb.extensions import csrf, db, settings
from mediaweb.http.bodies import UploadForm
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.media import media_service
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


@blueprint.post("")
@open_to(Callers.VIEWERS)
@csrf.exempt  # type: ignore[untyped-decorator] # checked below, before the file is read: the form is a stream
def create() -> Response:
    """Store the file and show it; on bad input, draw the form again with what was entered."""
    actor = current_actor()
    access.check_can_upload(actor)
    form = UploadForm(request, settings.max_file_size)
    _check_csrf_token(form)
    try:
        media = media_service.receive(db.session(), form.incoming_file(), actor, settings.max_file_size)
    except MediaWebError as error:
        return make_response(_draw_form(form.fields, error), error.status)
    return _send_on(media, actor)


def _check_csrf_token(form: UploadForm) -> None:
    try:
        validate_csrf(form.fields.pop("csrf_token", None))
    except ValidationError:
        raise InvalidCsrfToken from None


def _send_on(media: MediaRow, actor: Actor) -> Response:
    """Go to the new media, or back to the form when the visitor may not see what they uploaded.

    A script gets the address with status 201: it could follow a redirect only by loading the page itself.
    """
    try:
        access.check_can_see(actor, media)
    except MediaWebError:
        flash(f"{isolate(media.filename)} was uploaded. It is private: only admins see it.")
        address = url_for("upload.new")
    else:
        flash(f"{isolate(media.filename)} was uploaded.")
        address = url_for("gallery.show", media_id=media.id)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return Response(status=201, headers={"Location": address})
    return make_response(redirect(address, 303))


def _draw_form(fields: dict[str, str], error: MediaWebError | None) -> str:
    return render_template(
        "upload/new.html",
        fields=fields,
        error=error,
        errors=_sort_by_field(error) if error else {},
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
