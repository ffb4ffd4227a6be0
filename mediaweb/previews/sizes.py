"""How large previews are."""

#: Long edges, in pixels.
SIZES = (320, 640, 1280, 2048)
#: What is made at once, so that a gallery shows a new file within a moment; the others follow.
FIRST_SIZE = 640


def scaled_dimensions(width: int, height: int, size: int) -> tuple[int, int]:
    """Fit a picture into a square of `size` pixels, in proportion; never enlarged, never without pixels."""
    longest = max(width, height)
    if longest <= size:
        return width, height
    return max(1, round(width * size / longest)), max(1, round(height * size / longest))


def list_sizes(longest: int) -> list[int]:
    """Return the sizes of a picture with that long edge; the first that holds all of it is the last."""
    smaller = [size for size in SIZES if size < longest]
    return [*smaller, *SIZES[len(smaller) : len(smaller) + 1]]
