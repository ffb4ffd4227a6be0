"""`/admin/previews`: how far previews are, and those that failed, to have them tried again."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.errors import QueueUnavailable
from mediaweb.extensions import db, queue
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.types import MAX_ID
from mediaweb.services import preview_queue
from mediaweb.web.next_pages import next_address

PAGE_SIZE = 50
#: In the place of an id: all that failed.
ALL = "all"

blueprint = Blueprint("previews", __name__, url_prefix="/admin/previews")


@blueprint.get("")
@open_to(Callers.ADMINS)
def index() -> str:
    """Tell how much there is to do, and list what failed."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10**9)
    actor = current_actor()
    workload = preview_queue.measure_workload(db.session(), actor)
    failed = preview_queue.list_failed(db.session(), actor, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return render_template(
        "admin/previews/index.html",
        workload=workload,
        job_count=_count_jobs(),
        failed=failed,
        number=number,
        page_count=-(-workload.failed // PAGE_SIZE),
        here=url_for("previews.index", page=number if number > 1 else None),
    )


@blueprint.post("")
@open_to(Callers.ADMINS)
def update() -> Response:
    """Have the previews made once more of the media that were sent, or of all that failed."""
    sent = request.form.getlist("id")
    ids = None if ALL in sent else [int(text) for text in sent if _is_id(text)]
    count = preview_queue.retry(db.session(), current_actor(), ids)
    if count:
        flash("Its preview is tried again." if count == 1 else f"{count:,} previews are tried again.")
    else:
        flash("Nothing was left to try again.")
    return make_response(redirect(next_address(url_for("previews.index")), 303))


def _count_jobs() -> int | None:
    """Return how many jobs wait in the queue; None if it can't be asked."""
    try:
        return queue.count()
    except QueueUnavailable:
        return None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20 and 0 < int(text) <= MAX_ID
