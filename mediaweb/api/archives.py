"""`/media/archive`: many files at once."""

from flask import Response

from mediaweb.api.blueprint import blueprint
from mediaweb.api.document import attachment, problems
from mediaweb.api.schemas import ArchiveOrder
from mediaweb.api.validation import validated
from mediaweb.http.archive_delivery import deliver_archive
from mediaweb.http.guard import Callers, open_to


@blueprint.post(
    "/archive",
    responses={
        "200": attachment("A zip of the files.", "application/zip"),
        **problems(403, 404, 408, 413, 415, 422),
    },
)
@open_to(Callers.VIEWERS)
@validated
def archive(body: ArchiveOrder) -> Response:
    """Download several files as one zip.

    It is written while it is sent, in the order of the ids; its size is announced. What is gone or private to
    somebody else is left out, as is what is missing from the storage, which an entry `Missing files.txt`
    names. If a file can't be read on the way, the connection breaks before all bytes are sent.
    """
    return deliver_archive(body.ids)
