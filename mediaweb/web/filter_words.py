"""How the gallery says what it is narrowed to, as chips that each take one thing away, and its order."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mediaweb.extensions import db
from mediaweb.services.access import Actor
from mediaweb.services.accounts import find_name
from mediaweb.web.media_query import DIMENSIONS, NOBODY, SIZES, MediaQuery

#: Orders and directions as people read them.
SORTS = {
    ("uploaded", "desc"): "Newest first",
    ("uploaded", "asc"): "Oldest first",
    ("taken", "desc"): "Taken, newest first",
    ("taken", "asc"): "Taken, oldest first",
    ("changed", "desc"): "Changed, newest first",
    ("name", "asc"): "Name, A to Z",
    ("name", "desc"): "Name, Z to A",
    ("size", "desc"): "Largest first",
    ("size", "asc"): "Smallest first",
}
TYPES = {"image": "Images", "video": "Videos", "audio": "Audio", "document": "Documents", "other": "Other"}

#: Those that have a switch in the toolbar.
QUICK_TYPES = {name: TYPES[name] for name in ("image", "video", "audio", "document")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that the list is narrowed to; `without` are the parts of the address that lack it."""

    icon: str
    label: str
    without: dict[str, Any]


def describe_filters(query: MediaQuery, actor: Actor) -> dict[str, Any]:
    """Return what the gallery's bar shows of its state."""
    return {"chips": _list_chips(query, actor), "sorts": SORTS, "quick_types": QUICK_TYPES}


def _list_chips(query: MediaQuery, actor: Actor) -> list[Chip]:
    found = [Chip("tag", name, query.arguments(tag=_without(query.tag, name), page=1)) for name in query.tag]
    for field, icon, label in _describe_fields(query, actor):
        if getattr(query, field) and label:
            found.append(Chip(icon, label, query.arguments(**{field: "", "page": 1})))
    return found


def _describe_fields(query: MediaQuery, actor: Actor) -> list[tuple[str, str, str]]:
    """Return each field's name, icon and, if it is set and has no switch of its own, what it says."""
    time = "Taken" if query.sort == "taken" else "Uploaded"
    return [
        ("type", "shapes", TYPES.get(query.type, "") if query.type not in QUICK_TYPES else ""),
        ("visibility", "lock" if query.visibility == "private" else "globe", query.visibility.capitalize()),
        ("owner", "user", _name_owner(query.owner, actor)),
        ("from_", "calendar", f"{time} from {_write_day(query.from_)}"),
        ("to", "calendar", f"{time} to {_write_day(query.to)}"),
        ("size", "hard-drive", SIZES[query.size][0] if query.size else ""),
        ("dimensions", "ruler", DIMENSIONS[query.dimensions][0] if query.dimensions else ""),
        ("camera", "camera", query.camera),
        ("alt", "captions-off", "Missing alt text"),
        ("filter", "sliders-horizontal", "Advanced filter"),
    ]


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)


def _write_day(day: str) -> str:
    if not day:
        return ""
    moment = date.fromisoformat(day)
    return f"{moment.day} {moment:%b %Y}"


def _name_owner(owner: str, actor: Actor) -> str:
    """Return whose media are wanted; names are for people of the library."""
    if owner == NOBODY:
        return "Nobody’s"
    if not owner:
        return ""
    name = None if actor.is_anonymous else find_name(db.session(), int(owner))
    return name or f"Owner {owner}"
