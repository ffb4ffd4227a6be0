"""The form for what is known of a media, and what of it a person has changed."""

from typing import Any

from flask import request
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField

from mediaweb.errors import InvalidInput
from mediaweb.http.bodies import validate
from mediaweb.models import Media
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.representations import MediaRow
from mediaweb.services.tag_names import MAX_TAG_LENGTH, MAX_TAGS, split_names
from mediaweb.web.bidi import isolate
from mediaweb.web.forms import Form


class MediaForm(Form):
    """What everyone who may change a media may change of it."""

    filename = StringField("Name", render_kw={"maxlength": 255, "autocomplete": "off"})
    alt_text = TextAreaField(
        "Alt text",
        description="For people who can’t see it: what matters in the picture, in a sentence.",
        render_kw={"rows": 3, "maxlength": 2_000},
    )
    description = TextAreaField(
        "Description",
        description="What it is, where and when.",
        render_kw={"rows": 5, "maxlength": 10_000},
    )
    tags = StringField(
        "Tags",
        description="With commas between them.",
        render_kw={"autocomplete": "off", "maxlength": MAX_TAGS * (MAX_TAG_LENGTH + 2)},
    )
    is_public = RadioField("Visibility", choices=["true", "false"])


class OwnedMediaForm(MediaForm):
    """The same with its owner, for admins."""

    user_id = SelectField("Owner")


def offer_owners(field: SelectField, people: Any) -> None:
    """List who may own a media, nobody first."""
    choices = [SelectChoice(str(person.id), isolate(person.name)) for person in people]
    field.choices = [SelectChoice("", "Nobody"), *choices]


def form_values(media: Media | MediaRow) -> dict[str, str]:
    """Return what the form shows of a media."""
    return {
        "filename": media.filename,
        "alt_text": media.alt_text or "",
        "description": media.description or "",
        "tags": ", ".join(media.tags),
        "is_public": str(media.is_public).lower(),
        "user_id": "" if media.user_id is None else str(media.user_id),
    }


def shown_values(media: Media | MediaRow) -> dict[str, str]:
    """Return what the form showed when it was drawn first; it brings that along."""
    return {name: request.form.get(f"shown_{name}", value) for name, value in form_values(media).items()}


def read_changes(form: Form, media: Media | MediaRow) -> MediaChanges:
    """Return what a person changed of what they were shown; others may have changed the rest meanwhile.

    Raises `InvalidInput`.
    """
    shown = shown_values(media)
    sent = {name: read_text(form[name].data) for name in shown if name in form and form[name].raw_data}
    return parse_changes({name: sent[name] for name in sent if sent[name] != read_text(shown[name])})


def read_text(text: str | None) -> str:
    """Return a text without blank edges, its lines ended as everywhere but in what browsers send."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def parse_changes(sent: dict[str, str]) -> MediaChanges:
    """Turn a form's texts into changes: what is left empty is unset. Raises `InvalidInput`."""
    values: dict[str, Any] = {**sent}
    for name in values.keys() & {"alt_text", "description"}:
        values[name] = values[name] or None
    if "tags" in values:
        values["tags"] = split_names(sent["tags"])
    if "filename" in values and not values["filename"]:
        raise InvalidInput.at("body", "filename", msg="Give it a name.", type="missing")
    if "is_public" in values:
        values["is_public"] = _parse_visibility(values["is_public"])
    if "user_id" in values:
        values["user_id"] = parse_owner(values["user_id"])
    return validate(lambda: MediaChanges.model_validate(values), "body")


def _parse_visibility(value: str) -> bool:
    if value not in ("true", "false"):
        raise InvalidInput.at("body", "is_public", msg="Choose public or private.")
    return value == "true"


def parse_owner(value: str) -> int | None:
    """Return the id that a choice of an owner stands for, None for nobody. Raises `InvalidInput`."""
    if value == "":
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput.at("body", "user_id", msg="Choose one of these people.")
    return int(value)
