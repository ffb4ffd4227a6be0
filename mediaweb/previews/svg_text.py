"""Rewrites SVG so that what draws it meets nothing but shapes: no entities, scripts or other files."""

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.limits import MAX_FILTER_STEPS, MAX_TEXT_BYTES

#: Deeper than drawings are, and well before what draws them runs out of stack.
_MAX_DEPTH = 100
#: Left out with all they hold: what browsers would run, and drawings that are not SVG.
_LEFT_OUT = frozenset({"script", "foreignObject", "iframe", "audio", "video", "handler", "listener"})
_EMBEDDED = ("data:image/png", "data:image/jpeg", "data:image/jpg", "data:image/gif", "data:image/webp")
DAMAGED = "The SVG can't be drawn: it isn't complete, or isn't SVG."


class SvgReader:
    """What an SVG says at its root, and the shapes it holds as a text to draw."""

    def __init__(self, content: bytes) -> None:
        """Read it all. Raises `PreviewFailed`."""
        #: The root's attributes, as they are written.
        self.root: dict[str, str] = {}
        self.has_text = False
        self._parts: list[str] = []
        self._length = 0
        self._depth = 0
        self._filter_steps = 0
        self._left_out_from: int | None = None
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        parser.EntityDeclHandler = self._check_entity
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:  # or of an encoding that isn't known
            raise PreviewFailed(DAMAGED) from error

    def write(self, root: dict[str, str]) -> str:
        """Return the SVG as one text, with the root's attributes replaced by these."""
        tag, *rest = self._parts
        return _write_tag(tag, root) + "".join(rest)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PreviewFailed(f"The SVG is nested more than {_MAX_DEPTH} levels deep.")
        local = name.rpartition(":")[2]
        if self._depth == 1:
            if local != "svg":
                raise PreviewFailed(DAMAGED)
            self.root = _keep_harmless(attributes)
            self._parts.append(name)
            return
        self._filter_steps += local.startswith("fe")
        if self._filter_steps > MAX_FILTER_STEPS:
            raise PreviewFailed("The SVG has too many filters to be drawn.")
        if self._left_out_from is None and local in _LEFT_OUT:
            self._left_out_from = self._depth
        if self._left_out_from is None:
            self.has_text = self.has_text or local == "text"
            self._add(_write_tag(name, _keep_harmless(attributes)))

    def _end(self, name: str) -> None:
        if self._left_out_from is None:
            self._add(f"</{name}>")
        elif self._left_out_from == self._depth:
            self._left_out_from = None
        self._depth -= 1

    def _add_text(self, text: str) -> None:
        if self._left_out_from is None:
            self._add(escape(text))

    def _add(self, part: str) -> None:
        self._length += len(part)
        if self._length > 2 * MAX_TEXT_BYTES:
            raise PreviewFailed("The SVG is too large to be drawn.")
        self._parts.append(part)

    @staticmethod
    def _check_entity(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        """Allow the short names that drawing programs declare, nothing that grows or comes from elsewhere."""
        if is_parameter or value is None or "&" in value or "<" in value or len(value) > 200:
            raise PreviewFailed(f"The SVG declares an entity that isn't expanded here: {name[:40]}.")


def _keep_harmless(attributes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if not _leads_elsewhere(name, value)}


def _leads_elsewhere(name: str, value: str) -> bool:
    local = name.rpartition(":")[2].lower()
    if local in ("href", "src"):
        return not value.strip().lower().startswith(("#", *_EMBEDDED))
    return local.startswith("on") or local == "base"


def _write_tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>"
