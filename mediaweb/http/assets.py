"""Style sheets, scripts and pictures of the pages, at addresses that change with their content.

Browsers keep them for a year and never ask again. The version is a part of the path, so that the modules that
a script imports by relative addresses have it, too.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, url_for

from mediaweb.http.packed_assets import pack

YEAR_SECONDS = 365 * 86_400
#: What a module loads before it runs (`import x from "./y.js"`, `import "./y.js"`).
_IMPORT = re.compile(r"""^\s*import\s(?:[^"';]*\sfrom\s)?["'](\.[^"']+)["']""", re.MULTILINE)


def register_assets(app: Flask) -> None:
    """Serve the static folder at versioned addresses too, and let `url_for("static", …)` give those.

    Gives the templates `modules_of(filename)`. A file that changes gets a new version at the next start.
    """
    assert app.static_folder is not None
    folder = Path(app.static_folder)
    version = _hash_folder(folder)

    def serve(filename: str) -> Response:
        return pack(app.send_static_file(filename), folder / filename)

    app.view_functions["static"] = serve
    app.add_url_rule("/static/-<version>/<path:filename>", endpoint="static", view_func=serve)

    @app.url_value_preprocessor
    def drop_version(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint == "static" and values:
            g.is_versioned_asset = values.pop("version", None) == version

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", version)

    @app.after_request
    def keep_for_long(response: Response) -> Response:
        if g.get("is_versioned_asset", False) and response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return response

    @app.template_global()
    def modules_of(filename: str) -> list[str]:
        """Return the addresses of all modules that a script loads, so that a page asks for them at once."""
        return [url_for("static", filename=name) for name in _find_modules(folder, filename)]


@cache
def _hash_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _find_modules(folder: Path, filename: str) -> tuple[str, ...]:
    """Return the modules that one imports, and those that they import, each once."""
    found: dict[str, None] = {}
    waiting = [folder / filename]
    while waiting:
        path = waiting.pop(0)
        for address in _IMPORT.findall(path.read_text()):
            module = (path.parent / address).resolve()
            name = module.relative_to(folder.resolve()).as_posix()
            if name not in found:
                found[name] = None
                waiting.append(module)
    return tuple(found)
