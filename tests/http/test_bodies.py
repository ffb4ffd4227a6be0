"""A multipart body may arrive in any pieces."""

import pytest
from flask.testing import FlaskClient

from mediaweb.services.incoming import CHUNK_BYTES
from tests.api.calls import END, send_raw, write_part


@pytest.mark.parametrize("split_off", range(len(END) + 3))
def test_a_body_may_break_anywhere_around_its_end(client: FlaskClient, split_off: int) -> None:
    empty = write_part("file", b"", "long.txt") + END
    content = b"a" * (CHUNK_BYTES - len(empty) + split_off)
    response = send_raw(client, write_part("file", content, "long.txt") + END)
    assert response.status_code == 201, response.get_json()
    assert response.get_json()["file_size"] == len(content)
