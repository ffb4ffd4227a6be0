"""`/admin/activity`: who did what, newest first."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import Subject
from mediaweb.models.types import MAX_ID
from mediaweb.services.accounts import list_names
from mediaweb.services.activity import Activity, ActivityFilter, By, read_activity
from mediaweb.web.activity_words import write_sentence

PAGE_SIZE = 50
KINDS = {"media": Subject.MEDIA, "people": Subject.USER, "tokens": Subject.TOKEN}
#: By which part of the address one thing's history is asked for.
SUBJECTS = {"media": Subject.MEDIA, "person": Subject.USER, "token": Subject.TOKEN}
NOBODY_KNOWN = {"anonymous": By(), "system": By(is_system=True)}

blueprint = Blueprint("activity", __name__, url_prefix="/admin/activity")


@blueprint.get("")
@open_to(Callers.ADMINS)
def index() -> str:
    """Draw one page of the log."""
    state = _read_state()
    activity = read_activity(
        db.session(),
        _read_filter(state),
        current_actor(),
        PAGE_SIZE,
        before_id=_read_id("before"),
        after_id=_read_id("after"),
    )
    subject = next((name for name in SUBJECTS if name in state), None)
    return render_template(
        "admin/activity/index.html",
        activity=activity,
        sentences={entry.id: write_sentence(entry, activity) for entry in activity.entries},
        state=state,
        subject=subject,
        subject_name=_name_subject(activity),
        people=list_names(db.session()),
        newer=_link(state, after=activity.entries[0].id) if activity.entries else None,
        older=_link(state, before=activity.entries[-1].id) if activity.entries else None,
    )


def _read_state() -> dict[str, Any]:
    """Return what of the address says what to look for; what is no sense is as if it were not there."""
    state: dict[str, Any] = {}
    if request.args.get("kind") in KINDS:
        state["kind"] = request.args["kind"]
    by = request.args.get("by", "")
    if by in NOBODY_KNOWN:
        state["by"] = by
    elif (user_id := _read_id("by")) is not None:
        state["by"] = user_id
    for name in SUBJECTS:
        if (subject_id := _read_id(name)) is not None:
            return {name: subject_id} | {key: state[key] for key in state.keys() & {"by"}}
    return state


def _read_filter(state: dict[str, Any]) -> ActivityFilter:
    by = state.get("by")
    whose = NOBODY_KNOWN.get(by) if isinstance(by, str) else None if by is None else By(by)
    for name, kind in SUBJECTS.items():
        if name in state:
            return ActivityFilter(kind, state[name], whose)
    return ActivityFilter(KINDS.get(state.get("kind", "")), None, whose)


def _read_id(name: str) -> int | None:
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= MAX_ID else None


def _name_subject(activity: Activity) -> str | None:
    return write_sentence(activity.entries[0], activity).what if activity.entries else None


def _link(state: dict[str, Any], **position: Any) -> str:
    return url_for("activity.index", **state, **position)
