"""A browser at three widths, and what it takes of a scene."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pypdfium2
from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tools.shots.inspection import Inspection, Scheme
from tools.shots.library import Library

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PATIENCE_MS = 12_000
#: The width and height of a window, and whether fingers are all there is.
WINDOWS: dict[int, tuple[int, bool]] = {390: (844, True), 820: (1000, True), 1440: (900, False)}
#: No picture of a whole page is higher.
HIGHEST_PX = 2_400
SETTLED = """() => Promise.race([
    new Promise((done) => setTimeout(done, 3000)),
    Promise.all([...document.images]
        .filter((image) => !image.complete && image.checkVisibility())
        .filter((image) => image.getBoundingClientRect().top < innerHeight)
        .map((image) => image.decode().catch(() => null))),
]).then(() => null)"""


@dataclass(frozen=True, slots=True)
class Shot:
    """What a scene is set with: a tab, the library behind it, and how wide the window is."""

    page: Page
    library: Library
    width: int

    def open(self, address: str) -> None:
        """Go to an address of the library."""
        self.page.goto(self.library.url + address)


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in a state. `set_up` brings it about; `clear_up` takes back what it changed in the library."""

    name: str
    set_up: Callable[[Shot], Any]
    clear_up: Callable[[Shot], Any] | None = None
    who: str = "admin"
    library: str = "full"
    has_scripts: bool = True
    is_whole: bool = False
    widths: tuple[int, ...] = tuple(WINDOWS)
    is_printed: bool = False


class Camera:
    """Takes pictures of scenes."""

    def __init__(self, libraries: dict[str, Library]) -> None:
        self.libraries = libraries
        self._contexts: dict[tuple[str, str, bool, int], BrowserContext] = {}

    def __enter__(self) -> Self:
        self._playwright = sync_playwright().start()
        path = shutil.which("chromium")
        self._browser = self._playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def take(self, scene: Scene, into: Path) -> tuple[dict[tuple[int, str], Path], list[str]]:
        """Take a scene at each of its widths in each scheme; return the files, and what is wrong with it."""
        taken: dict[tuple[int, str], Path] = {}
        problems: list[str] = []
        for width in scene.widths:
            shot = self.begin(scene, width)
            inspection = Inspection(shot.page, shot.library.url)
            try:
                scene.set_up(shot)
            except Error as error:
                problems.append(f"{width} px: not set: {error.message.splitlines()[0]}")
            taken |= self._take_schemes(scene, shot, inspection, into)
            problems += [f"{width} px: {problem}" for problem in inspection.problems]
            self.end(scene, shot)
        return taken, problems

    def begin(self, scene: Scene, width: int, scale: float = 1) -> Shot:
        """Open a tab for a scene."""
        key = (scene.library, scene.who, scene.has_scripts, width)
        if key not in self._contexts or scale != 1:
            self._contexts[key] = self._open_context(scene, width, scale)
        return Shot(self._contexts[key].new_page(), self.libraries[scene.library], width)

    def end(self, scene: Scene, shot: Shot) -> None:
        """Close its tab and take back what it changed."""
        shot.page.unroute_all(behavior="ignoreErrors")
        shot.page.close()
        if scene.clear_up:
            scene.clear_up(shot)

    def settle(self, scene: Scene, page: Page, scheme: Scheme) -> None:
        """Wait until what is to be seen is there, in a scheme."""
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if scene.has_scripts:  # no timer runs where none are
            page.evaluate(SETTLED)
        page.wait_for_timeout(150 if scene.has_scripts else 600)

    def _open_context(self, scene: Scene, width: int, scale: float) -> BrowserContext:
        height, is_touched = WINDOWS.get(width, (1200, False))
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            has_touch=is_touched,
            is_mobile=is_touched,
            java_script_enabled=scene.has_scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        library = self.libraries[scene.library]
        cookie = library.cookie(scene.who)
        if cookie:
            context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": library.url}])
        return context

    def _take_schemes(
        self, scene: Scene, shot: Shot, inspection: Inspection, into: Path
    ) -> dict[tuple[int, str], Path]:
        taken: dict[tuple[int, str], Path] = {}
        for scheme in SCHEMES:
            path = into / f"{scene.name}-{shot.width}-{scheme}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            if scene.is_printed:
                print_first_page(shot.page, path)
                return {(shot.width, "print"): path}
            self.settle(scene, shot.page, scheme)
            shot.page.screenshot(path=path, **_part(scene, shot.page))
            inspection.look(scheme, has_scripts=scene.has_scripts)
            taken[shot.width, scheme] = path
        return taken


def _part(scene: Scene, page: Page) -> dict[str, Any]:
    """Return what is taken of a page: the window, or all of it up to a height."""
    if not scene.is_whole:
        return {}
    height: int = page.evaluate("document.documentElement.scrollHeight")
    assert page.viewport_size is not None
    size = page.viewport_size
    box = {"x": 0, "y": 0, "width": size["width"], "height": min(max(height, size["height"]), HIGHEST_PX)}
    return {"full_page": True, "clip": box}


def print_first_page(page: Page, path: Path) -> None:
    """Print a page and draw the first sheet of paper."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    document[0].render(scale=1.4).to_pil().save(path)
    document.close()
