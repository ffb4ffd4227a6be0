"""The forms of the pages. What a value must be, the services say; a form carries their words to its field."""

from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)

from mediaweb.errors import InvalidInput, MediaWebError
from mediaweb.models import Role, TokenScope
from mediaweb.services.account_removal import MediaFate
from mediaweb.services.accounts import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH
from mediaweb.services.passwords import MAX_LENGTH, MIN_LENGTH
from mediaweb.services.tokens import MAX_NAME_LENGTH as MAX_TOKEN_NAME_LENGTH

_CURRENT = {"autocomplete": "current-password", "maxlength": MAX_LENGTH}
_NEW = {"autocomplete": "new-password", "maxlength": MAX_LENGTH}
#: Fields whose text may be written from right to left.
WRITTEN = frozenset({"StringField", "TextAreaField"})
NEW_PASSWORD_HINT = f"At least {MIN_LENGTH} characters that nobody would guess, like a few unrelated words."


def register_forms(app: Flask) -> None:
    """Give the templates `field_ties(field)`: the attributes of a control, which tie it to its notes."""
    app.add_template_global(_field_ties, "field_ties")


def _field_ties(field: Field) -> dict[str, str]:
    direction = {"dir": "auto"} if field.type in WRITTEN else {}
    return direction | _note_ties(field)


def _note_ties(field: Field) -> dict[str, str]:
    notes = [f"{field.id}-hint"] if field.description else []
    if not field.errors:
        return {"aria-describedby": " ".join(notes)} if notes else {}
    return {"aria-describedby": " ".join([*notes, f"{field.id}-error"]), "aria-invalid": "true"}


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form whose fields take the errors of services; `problems` are those about no field of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problems: list[str] = []

    def take(self, error: MediaWebError) -> None:
        """Put the reasons of a refusal beside the fields that they are about."""
        if not isinstance(error, InvalidInput) or isinstance(error.detail, str):
            self.problems.append(str(error))
            return
        for problem in error.detail:
            name = next(str(part) for part in reversed(problem["loc"]) if isinstance(part, str))
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, problem["msg"]]
            else:
                self.problems.append(problem["msg"])

    @property
    def is_refused(self) -> bool:
        """Tell whether anything is wrong."""
        return bool(self.problems or self.errors)


class SignInForm(Form):
    email = EmailField("Email", render_kw={"autocomplete": "username", "maxlength": MAX_EMAIL_LENGTH})
    password = PasswordField("Password", render_kw=_CURRENT)
    is_remembered = BooleanField("Keep me signed in")


class SetPasswordForm(Form):
    name = StringField("Name", render_kw={"autocomplete": "name", "maxlength": MAX_NAME_LENGTH})
    email = EmailField("Email", render_kw={"autocomplete": "username", "maxlength": MAX_EMAIL_LENGTH})
    password = PasswordField("New password", description=NEW_PASSWORD_HINT, render_kw=_NEW)


class ProfileForm(Form):
    name = StringField("Name", render_kw={"autocomplete": "name", "maxlength": MAX_NAME_LENGTH})
    email = EmailField("Email", render_kw={"autocomplete": "email", "maxlength": MAX_EMAIL_LENGTH})
    current_password = PasswordField(
        "Current password",
        id="password_for_email",
        description="Only needed for another email address.",
        render_kw=_CURRENT,
    )


class PasswordForm(Form):
    current_password = PasswordField("Current password", render_kw=_CURRENT)
    new_password = PasswordField("New password", description=NEW_PASSWORD_HINT, render_kw=_NEW)


class TokenForm(Form):
    name = StringField(
        "Name",
        description="What uses it, so that you know which to revoke: “Backup script”.",
        render_kw={"maxlength": MAX_TOKEN_NAME_LENGTH, "autocomplete": "off"},
    )
    scope = RadioField(
        "What it may do",
        choices=[SelectChoice(TokenScope.READ, "Read"), SelectChoice(TokenScope.WRITE, "Read and change")],
        default=TokenScope.READ,
    )
    expires_in_days = SelectField(
        "Expires",
        choices=[
            SelectChoice("30", "After 30 days"),
            SelectChoice("90", "After 90 days"),
            SelectChoice("365", "After a year"),
            SelectChoice("", "Never"),
        ],
        default="90",
    )

    def read_scope(self) -> TokenScope:
        """Return what was chosen. Raises `InvalidInput`."""
        return TokenScope(_chosen(self.scope))

    def read_days(self) -> int | None:
        """Return after how many days the token expires. Raises `InvalidInput`."""
        days = _chosen(self.expires_in_days)
        return int(days) if days else None


class PersonForm(Form):
    name = StringField("Name", render_kw={"autocomplete": "off", "maxlength": MAX_NAME_LENGTH})
    email = EmailField(
        "Email",
        description="They sign in with it. Nothing is sent to it.",
        render_kw={"autocomplete": "off", "maxlength": MAX_EMAIL_LENGTH},
    )
    role = RadioField(
        "Role",
        choices=[SelectChoice(Role.MEMBER, "Member"), SelectChoice(Role.ADMIN, "Admin")],
        default=Role.MEMBER,
    )

    def read_role(self) -> Role:
        """Return what was chosen. Raises `InvalidInput`."""
        return Role(_chosen(self.role))


class RemovalForm(Form):
    fate = RadioField("Their media", choices=[SelectChoice(fate) for fate in MediaFate])
    heir_id = SelectField("Who gets them", choices=[])

    def read_fate(self) -> MediaFate:
        """Return what was chosen. Raises `InvalidInput`."""
        return MediaFate(_chosen(self.fate))

    def read_heir_id(self) -> int | None:
        """Return who gets the media, if they are given away. Raises `InvalidInput`."""
        return int(_chosen(self.heir_id)) if self.fate.data == MediaFate.GIVE else None


def _chosen(field: Field) -> str:
    """Return a choice that the form offers. Raises `InvalidInput`."""
    value = field.data
    if value not in [choice.value for choice in field.choices]:
        raise InvalidInput.at("body", field.short_name, msg="Choose one of these.")
    return str(value)
