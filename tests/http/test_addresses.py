"""The addresses a library answers at."""

from collections.abc import Callable

from flask import Flask

from tests.api.calls import assert_problem


def test_a_doubled_slash_is_another_address_not_a_redirect_in_html(make_app: Callable[..., Flask]) -> None:
    assert_problem(make_app().test_client().get("//media/1"), 404, "not_found")


def test_both_the_public_and_the_requested_address_are_its_own(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://media.example.org").test_client()
    for origin in ("https://media.example.org", "http://localhost"):
        assert client.delete("/media/1", headers={"Origin": origin}).status_code == 404
    assert_problem(
        client.delete("/media/1", headers={"Origin": "https://example.org"}), 403, "cross_site_request"
    )


def test_mode_none_says_sign_in_before_it_looks_at_input(make_app: Callable[..., Flask]) -> None:
    client = make_app(anonymous_access="none").test_client()
    assert_problem(client.get("/media/type/bogus"), 401, "authentication_required")
    assert_problem(client.post("/media/filter", json=[]), 401, "authentication_required")
