"""Write `static/css/components/shapes.css`: a class for each shape of a tile (`mediaweb/web/grid.py`)."""

from pathlib import Path

from mediaweb.web.grid import MAX_SHAPE, MIN_SHAPE, STEP

PATH = Path(__file__).parent.parent / "static" / "css" / "components" / "shapes.css"


def write_shapes() -> str:
    """Return the style sheet."""
    lines = ["/* How wide a tile is in relation to its height. Made by tools/make_shapes.py. */"]
    lines += [f".shape{step} {{ --ratio: {STEP**step:.3f}; }}" for step in range(MIN_SHAPE, MAX_SHAPE + 1)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(write_shapes())
