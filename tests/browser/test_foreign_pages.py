"""A page of another web site, in a real browser, against a library that could be written to."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import files
from tests.browser.doors import Doors, open_doors

#: What a hostile page can try: everything that a browser sends without asking first, and the rest, too.
ATTACK = """<!doctype html><title>attacking</title><script>
const library = "%(library)s";
const file = () => {
  const form = new FormData();
  form.append("is_public", "true");
  form.append("description", "planted");
  form.append("file", new File([Uint8Array.from(atob("%(png)s"), c => c.charCodeAt(0))], "planted.png"));
  return form;
};
const planted = '{"description": "planted"}';
const person = new URLSearchParams({ name: "planted", email: "planted@evil.example" });
const attempts = [
  ["/media/upload", { method: "POST", body: file() }],
  ["/upload", { method: "POST", body: file() }],
  ["/media/1", { method: "DELETE" }],
  ["/media/1", { method: "PATCH", body: planted }],
  ["/media/1", { method: "PATCH", headers: { "Content-Type": "application/json" }, body: planted }],
  ["/media/1", { method: "POST", headers: { "X-HTTP-Method-Override": "DELETE" } }],
  ["/gallery/1/edit", { method: "POST", body: new URLSearchParams({ description: "planted" }) }],
  ["/account/tokens", { method: "POST", body: new URLSearchParams({ name: "planted", scope: "write" }) }],
  ["/admin/people", { method: "POST", body: person }],
  ["/sign-out", { method: "POST" }],
];
(async () => {
  const read = [];
  for (const [path, options] of attempts)
    for (const mode of ["no-cors", "cors"])
      for (const credentials of ["include", "omit"])
        try {
          const answer = await fetch(library + path, { ...options, mode, credentials });
          if (answer.type !== "opaque") read.push(path);
        } catch {}
  document.title = read.length ? "read " + read.join(" ") : "refused";
})();
</script>"""
#: The same by a form, which takes the whole tab along.
FORM = """<!doctype html><form method="post" action="%(target)s" enctype="%(enctype)s">
<input name="is_public" value="true"><input name="description" value="planted">
<input name="name" value="planted"><input name="email" value="planted@evil.example"></form>
<script>document.forms[0].submit()</script>"""
FORM_TARGETS = [
    "/media/upload",
    "/upload",
    "/sign-out",
    "/gallery/1/edit",
    "/admin/people",
    "/account/tokens",
]


class ForeignSite:
    """Another web site: one page, at a host name of your choice."""

    def __init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.content.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.content = ""
        # With threads: a browser opens connections ahead and says nothing on them for a while.
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def address(self, host: str) -> str:
        return f"http://{host}:{self._server.server_port}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def foreign_site() -> Iterator[ForeignSite]:
    site = ForeignSite()
    yield site
    site.close()


@pytest.fixture(scope="module", params=["write", "read"])
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A library that anyone may write to at localhost, and one for people who sign in."""
    with open_doors(tmp_path_factory.mktemp("doors"), request.param) as doors:
        doors.make_admin("ada@example.org", "purple giraffe lamp")
        yield doors


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, doors: Doors) -> Iterator[BrowserContext]:
    """A browser in which the admin is signed in to the library: for all tests, as none may change that."""
    context = chromium.new_context()
    doors.sign_in(context.new_page(), "ada@example.org", "purple giraffe lamp")
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """A tab of that browser."""
    page = signed_in.new_page()
    yield page
    page.close()


@pytest.fixture
def picture(doors: Doors) -> Iterator[int]:
    media_id = doors.add_media("harbour.png", files.make_png(), is_public=True)
    yield media_id
    doors.remove_media(media_id)


# The same host at another port shares cookies and is "same-site"; another name is another site.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_scripts_of_another_origin_change_nothing(
    doors: Doors, page: Page, foreign_site: ForeignSite, picture: int, host: str
) -> None:
    before = doors.state()
    values = {"library": doors.url, "png": b64encode(files.make_png()).decode()}
    foreign_site.content = (ATTACK % values).replace("/media/1", f"/media/{picture}")
    page.goto(foreign_site.address(host))
    expect(page).to_have_title("refused")
    assert doors.state() == before
    assert_is_signed_in(doors, page)


@pytest.mark.parametrize("target", FORM_TARGETS)
@pytest.mark.parametrize(
    "enctype", ["multipart/form-data", "application/x-www-form-urlencoded", "text/plain"]
)
def test_forms_of_another_origin_change_nothing(
    doors: Doors, page: Page, foreign_site: ForeignSite, picture: int, target: str, enctype: str
) -> None:
    before = doors.state()
    target = target.replace("/1/", f"/{picture}/")
    foreign_site.content = FORM % {"target": doors.url + target, "enctype": enctype}
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.goto(foreign_site.address("127.0.0.1"))
    assert answer.value.status in (403, 404, 405)
    assert doors.state() == before
    assert_is_signed_in(doors, page)


def assert_is_signed_in(doors: Doors, page: Page) -> None:
    """Ask for a page of the admin's own; others are sent to sign in."""
    assert page.request.get(f"{doors.url}/account", max_redirects=0).status == 200


def test_a_name_that_somebody_points_at_us_is_not_ours(chromium: Browser, doors: Doors, picture: int) -> None:
    """DNS rebinding: the browser takes the library for a part of the attacker's own site."""
    port = doors.url.rpartition(":")[2]
    page = chromium.new_page()
    answer = page.goto(f"{doors.url}/")
    assert answer is not None
    assert answer.ok
    rebound = page.request.get(f"{doors.url}/", headers={"Host": f"rebound.evil.example:{port}"})
    assert rebound.status == 400
    assert "TRUSTED_HOSTS" in rebound.text()
    page.close()
