"""An event in a sentence: who did what to whom, in parts that a template puts together."""

from dataclasses import dataclass

from mediaweb.models import EventType, PreviewState, Subject
from mediaweb.models.trash import TRASHED_AT
from mediaweb.services.activity import Activity, Entry
from mediaweb.web.bidi import isolate
from mediaweb.web.browsers import browser_name

#: How fields are called on pages, in the order in which they are named.
FIELD_NAMES = {
    "filename": "name",
    "name": "name",
    "email": "email",
    "description": "description",
    "alt_text": "alt text",
    "tags": "tags",
    "preview_state": "preview",
    "thumbnails": "previews",
    "width": "width",
    "height": "height",
    "duration": "length",
    "taken_at": "time taken",
    "camera": "camera",
    "lens": "lens",
    "is_public": "visibility",
    "user_id": "owner",
    "role": "role",
    "is_active": "status",
    "password": "password",
    "one-time link": "invitation link",
}
#: What changes of a media when a worker has made previews, and read what the file says about itself.
PREVIEW_FIELDS = frozenset(
    ("preview_state", "thumbnails", "width", "height", "duration", "taken_at", "camera", "lens")
)
#: What to say of each state that previews came to: what somebody did, and to what end.
PREVIEW_WORDS = {
    PreviewState.READY: ("made previews of", ""),
    PreviewState.FAILED: ("could not make a preview of", ""),
    PreviewState.NONE: ("found nothing to show in", ""),
    PreviewState.PENDING: ("had the previews of", "made anew"),
}
ICONS = {Subject.MEDIA: "image", Subject.USER: "user", Subject.TOKEN: "key-round", Subject.SESSION: "log-out"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """`who` `verb` *what* `rest`; `changed` names the fields, where the verb does not."""

    icon: str
    who: str
    verb: str
    what: str
    rest: str = ""
    changed: str = ""


def write_sentence(entry: Entry, activity: Activity) -> Sentence:
    """Put an event into words."""
    write = {
        Subject.MEDIA: _about_media,
        Subject.USER: _about_person,
        Subject.TOKEN: _about_token,
        Subject.SESSION: _about_session,
    }
    verb, rest, changed = write[entry.subject](entry, activity)
    return Sentence(
        ICONS[entry.subject],
        _name_actor(entry, activity),
        verb,
        _name_subject(entry, activity),
        rest,
        changed,
    )


def name_person(user_id: int, activity: Activity) -> str:
    """Return a person's name, or what is left to say of somebody who is gone."""
    return activity.names.get(user_id, f"someone deleted (#{user_id})")


def _name_actor(entry: Entry, activity: Activity) -> str:
    if entry.actor_id is not None:
        name = name_person(entry.actor_id, activity)
    else:
        name = "the system" if entry.is_by_system else "anonymous"
    return name if entry.actor_id in activity.names else name[0].upper() + name[1:]


def _name_subject(entry: Entry, activity: Activity) -> str:
    if entry.subject is Subject.MEDIA:
        return str(entry.fields.get("filename") or f"a media (#{entry.subject_id})")
    if entry.subject is Subject.USER:
        return str(entry.fields.get("name") or name_person(entry.subject_id, activity))
    if entry.subject is Subject.SESSION:
        return browser_name(entry.fields.get("user_agent", ""))
    return f"“{entry.fields.get('name', entry.subject_id)}”"


def _about_media(entry: Entry, activity: Activity) -> tuple[str, str, str]:
    if entry.type is EventType.CREATED:
        return ("restored", "from the trash", "") if TRASHED_AT in entry.changed else ("uploaded", "", "")
    if entry.type is EventType.DELETED:
        return ("moved", "into the trash", "") if TRASHED_AT in entry.changed else ("deleted", "", "")
    if entry.changed == {"is_public"}:
        return "made", _new_visibility(entry), ""
    if entry.changed == {"user_id"}:
        return _give(entry, activity)
    if entry.changed == {"filename"}:
        return "renamed a media to", "", ""
    if entry.changed and entry.changed <= PREVIEW_FIELDS:
        return _tell_of_previews(entry)
    return "changed", "", _list_fields(entry, activity)


def _tell_of_previews(entry: Entry) -> tuple[str, str, str]:
    if "preview_state" in entry.changed:
        return *PREVIEW_WORDS[PreviewState(entry.fields["preview_state"])], ""
    if "thumbnails" in entry.changed:
        return "made larger previews of", "", ""
    return "read anew what is known of", "", ""


def _give(entry: Entry, activity: Activity) -> tuple[str, str, str]:
    if entry.owner_id is None:
        return "left", "without an owner", ""
    return "gave", f"to {isolate(name_person(entry.owner_id, activity))}", ""


def _about_person(entry: Entry, activity: Activity) -> tuple[str, str, str]:
    if entry.type is not EventType.UPDATED:
        return ("invited" if entry.type is EventType.CREATED else "deleted", "", "")
    if entry.changed == {"is_active"}:
        return "activated" if entry.fields.get("is_active") else "deactivated", "", ""
    if entry.changed == {"role"}:
        return "made", "an admin" if entry.fields.get("role") == "admin" else "a member", ""
    if entry.changed == {"one-time link"}:
        return "made a new invitation link for", "", ""
    if entry.changed == {"password"}:
        return "set the password of", "", ""
    return "changed", "", _list_fields(entry, activity)


def _about_token(entry: Entry, activity: Activity) -> tuple[str, str, str]:
    verb = {EventType.CREATED: "made", EventType.UPDATED: "changed", EventType.DELETED: "revoked"}[entry.type]
    owner_id = entry.fields.get("user_id")
    if owner_id is None or owner_id == entry.actor_id:
        return f"{verb} the token", "", ""
    return f"{verb} the token", f"of {isolate(name_person(owner_id, activity))}", ""


def _about_session(_entry: Entry, _activity: Activity) -> tuple[str, str, str]:
    return "signed out from", "", ""


def _list_fields(entry: Entry, activity: Activity) -> str:
    """Name the fields that changed; of visibility and owner, say how."""
    known = [FIELD_NAMES[name] for name in FIELD_NAMES if name in entry.changed]
    words = [*known, *sorted(entry.changed - FIELD_NAMES.keys())]
    if entry.subject is Subject.MEDIA:
        told = {"visibility": f"made {_new_visibility(entry)}", "owner": " ".join(_give(entry, activity)[:2])}
        words = [told.get(word, word) for word in words]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _new_visibility(entry: Entry) -> str:
    return "public" if entry.is_public else "private"
