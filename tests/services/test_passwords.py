"""What makes a password good enough, and how one is kept."""

import pytest

from mediaweb.errors import InvalidInput
from mediaweb.services.passwords import (
    MAX_LENGTH,
    check_password,
    hash_password,
    is_outdated,
    verify_password,
)

pytestmark = pytest.mark.real_passwords

PERSON = ["Olga Winterstein", "olga.winterstein@example.org"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "zwölf Boxkämpfer jagen",
        "🦔🦔🐢🐇🦊🐙🦉🦓🦒🐘",
        "   spaces   count   too   ",
        "x7$kq" * 20,
        "long enough to be looked at in part only, and that is fine " * 3,
    ],
)
def test_any_characters_and_any_length_are_fine_if_hard_to_guess(password: str) -> None:
    check_password(password, PERSON)


@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "nine char", "1234567890", "password123", "qwertyuiop", "aaaaaaaaaaaaaaaa"),
        *("iloveyou123", "Passw0rd!!", "trustno1trustno1", "abcabcabcabc", "2001-01-01"),
        *("olga winterstein", "winterstein", "mediaweb12", "mediawebmediaweb"),
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_what_is_short_common_or_about_the_person_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password, PERSON)


def test_a_password_is_taken_exactly_as_typed() -> None:
    typed = " Groß und klein, mit Rand "
    kept = hash_password(typed)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert verify_password(kept, typed)
    others = (typed.strip(), typed.lower(), typed[:-1], typed + "x", typed.replace("ß", "ss"))
    assert not any(verify_password(kept, other) for other in others)
    assert not is_outdated(kept)


def test_who_has_no_password_is_opened_by_none() -> None:
    assert not verify_password(None, "")
    assert not verify_password(None, "nobody has this password")
