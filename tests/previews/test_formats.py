"""What has a preview is known by its type."""

import subprocess
import sys

import pytest

from mediaweb.previews.formats import find_kind
from mediaweb.services.media_types import RAW_HEADS


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [
        ("image/jpeg", "image"),
        ("image/heic", "image"),
        ("image/vnd.adobe.photoshop", "image"),
        ("image/x-nikon-nef", "raw"),
        ("image/svg+xml", "svg"),
        ("video/mp4", "video"),
        ("video/MP2T", "video"),
        ("video/x-matroska", "video"),
        ("audio/mpeg", "audio"),
        ("application/ogg", "audio"),
        ("application/pdf", "pdf"),
        ("audio/midi", None),
        ("image/jxl", None),
        ("image/x-unheard-of", None),
        ("text/plain", None),
        ("application/zip", None),
        ("application/msword", None),
        ("", None),
    ],
)
def test_a_type_has_a_kind_or_none(mime_type: str, kind: str | None) -> None:
    assert find_kind(mime_type) == kind


@pytest.mark.parametrize("mime_type", RAW_HEADS)
def test_what_is_detected_as_a_camera_file_is_drafted_as_one(mime_type: str) -> None:
    assert find_kind(mime_type) == "raw"


def test_asking_loads_no_decoder() -> None:
    code = (
        "import sys, mediaweb.previews.formats;"
        "print([name for name in ('PIL', 'rawpy', 'resvg_py') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
