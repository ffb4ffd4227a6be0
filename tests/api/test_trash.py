"""The trash by the API: into it with `?trash=1`, out of it again, and gone for good."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import assert_invalid, assert_problem, stored_files, unsigned, upload, visit
from tests.people import ADMIN_ID, make_token


def test_a_media_in_the_trash_is_nowhere_else(client: FlaskClient) -> None:
    media = upload(client, description="harbour")
    path = f"/media/{media['id']}"
    assert client.delete(f"{path}?trash=1").status_code == 204
    for address in (path, f"{path}/download", f"{path}/thumbnail"):
        assert_problem(client.get(address), 404, "media_not_found")
    assert_problem(client.patch(path, json={}), 404, "media_not_found")
    assert_problem(client.delete(path), 404, "media_not_found")
    assert client.get("/media/").get_json() == []


def test_it_is_listed_and_restored(client: FlaskClient) -> None:
    media = upload(client, tags="Boats,Sea")
    client.delete(f"/media/{media['id']}?trash=true")
    [listed] = client.get("/media/trash").get_json()
    trashed_at, expires_at = (
        datetime.fromisoformat(listed.pop(f"{name}_at")) for name in ("trashed", "expires")
    )
    assert expires_at - trashed_at == timedelta(days=30)
    assert listed == {name: media[name] for name in listed}
    restored = client.post(f"/media/{media['id']}/restore")
    assert restored.status_code == 200
    again = unsigned(restored.get_json())
    assert again == unsigned(client.get(f"/media/{media['id']}").get_json())
    assert {name for name, value in unsigned(media).items() if value != again.get(name)} == {"message"}
    assert client.get("/media/trash").get_json() == []
    assert_problem(client.post(f"/media/{media['id']}/restore"), 404, "media_not_found")


def test_the_list_comes_in_parts_the_last_first(client: FlaskClient) -> None:
    ids = [upload(client)["id"] for _ in range(3)]
    for media_id in ids:
        client.delete(f"/media/{media_id}?trash=1")
    assert [row["id"] for row in client.get("/media/trash?skip=1&limit=1").get_json()] == [ids[1]]
    assert_invalid(client.get("/media/trash?limit=0"), ["query", "limit"])


def test_a_signed_link_stays_dead_after_a_restore(app: Flask, client: FlaskClient) -> None:
    private = upload(client, is_public=False)
    headers = {"Authorization": f"Bearer {make_token(app, ADMIN_ID)}"}
    assert visit(client, private["download_url"]).status_code == 200
    assert client.delete(f"/media/{private['id']}?trash=1", headers=headers).status_code == 204
    assert visit(client, private["download_url"]).status_code == 404
    restored = client.post(f"/media/{private['id']}/restore", headers=headers).get_json()
    assert visit(client, private["download_url"]).status_code == 403
    assert visit(client, restored["download_url"]).status_code == 200


@pytest.mark.parametrize("query", ["", "?trash=0", "?trash=false"])
def test_deleting_is_final_otherwise(app: Flask, client: FlaskClient, query: str) -> None:
    media = upload(client)
    assert client.delete(f"/media/{media['id']}{query}").status_code == 204
    assert (client.get("/media/trash").get_json(), stored_files(app)) == ([], [])


def test_what_is_in_the_trash_is_deleted_for_good(app: Flask, client: FlaskClient) -> None:
    media = upload(client)
    assert_problem(client.delete(f"/media/trash/{media['id']}"), 404, "media_not_found")
    client.delete(f"/media/{media['id']}?trash=1")
    assert len(stored_files(app)) == 1
    assert client.delete(f"/media/trash/{media['id']}").status_code == 204
    assert stored_files(app) == []
    assert_problem(client.delete(f"/media/trash/{media['id']}"), 404, "media_not_found")
    assert_problem(client.post(f"/media/{2**63}/restore"), 404, "media_not_found")
    assert_invalid(client.delete(f"/media/{media['id']}?trash=perhaps"), ["query", "trash"])
