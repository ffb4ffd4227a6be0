"""The page on which developers try live connections."""

from playwright.sync_api import Page, expect

from tests.browser.library import Library, Visit


def test_it_connects_watches_pings_counts_and_resumes(page: Page, library: Library, visit: Visit) -> None:
    page.goto("/static/websocket-test.html")
    messages = page.get_by_role("listitem")
    page.get_by_label("Client id").fill("my-program")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Connected")
    expect(messages.first).to_contain_text('"client_id":"my-program"')
    page.get_by_role("button", name="Ping").click()
    expect(messages.nth(2)).to_have_text('{"type":"pong","message":"pong"}')
    page.get_by_role("button", name="Stats").click()
    expect(messages.nth(4)).to_contain_text('"total_connections":')
    library.upload("Pier.txt", b"A pier")
    expect(messages.nth(5)).to_contain_text('"filename":"Pier.txt"')
    since = page.get_by_label("Since")
    expect(since).not_to_have_value("")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_contain_text("Closed: 10")
    library.upload("Boat.txt", b"A boat")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(messages.nth(7)).to_contain_text('"filename":"Boat.txt"')
    assert visit.complaints == []
