"""The icons of the pages: lucide's drawings, written into the page so that they take its colours."""

import re
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
#: Size and stroke are set by `static/css/components/icon.css`.
WRAPPER = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">%s</svg>'


def register_icons(app: Flask) -> None:
    """Give the templates `icon(name)`, for the icons in `static/vendor/lucide`."""
    folder = Path(app.root_path) / "static" / "vendor" / "lucide"

    @cache
    def icon(name: str) -> Markup:
        match = DRAWING.search((folder / f"{name}.svg").read_text())
        assert match is not None
        return Markup(WRAPPER % "".join(line.strip() for line in match[1].splitlines()))  # noqa: S704 - our own files

    app.add_template_global(icon, "icon")
