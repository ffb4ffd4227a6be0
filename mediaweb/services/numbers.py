"""Whole numbers as JSON means them: 1.0 is one, the text "1" and `true` are none."""

from typing import Any

from pydantic import BeforeValidator


def drop_zero_fraction(value: Any) -> Any:
    """Return 1 for 1.0, and anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: Goes last in `Annotated[int, Field(strict=True, ge=…), AS_JSON_MEANS_IT]`: strict integers refuse
#: 1.0, which JSON Schema calls an integer. Limits after it would be missing in the schema.
AS_JSON_MEANS_IT = BeforeValidator(drop_zero_fraction)
