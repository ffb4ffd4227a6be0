"""Turns the colours of any profile into those of sRGB, which every browser shows alike."""

import io
from functools import cache

from PIL import Image, ImageCms

#: What profiles call the colours that Pillow's modes hold.
_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}


def convert_to_srgb(picture: Image.Image, profile_bytes: bytes | None) -> Image.Image:
    """Return a picture as sRGB, of mode RGB, or RGBA if it was.

    A broken profile, or one that doesn't fit, is ignored.
    """
    profile = _read_profile(profile_bytes)
    if profile is not None:
        converted = _apply(picture, profile)
        if converted is not None:
            return converted
    if picture.mode == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return _transform(picture, profile) or picture.convert("RGB")
    return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")


def _read_profile(profile_bytes: bytes | None) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(profile_bytes, bytes) or not profile_bytes:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_bytes))
        description = profile.profile.profile_description or ""
    except (OSError, ValueError, ImageCms.PyCMSError):
        return None
    return None if description.startswith("sRGB") else profile


def _apply(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    space = profile.profile.xcolor_space.strip()
    if space == "RGB" and picture.mode in ("L", "YCbCr"):
        picture = picture.convert("RGB")
    return _transform(picture, profile) if _SPACES.get(picture.mode) == space else None


def _transform(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        transform = ImageCms.buildTransform(profile, _srgb(), picture.mode, mode, ImageCms.Intent.PERCEPTUAL)
        return ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, ValueError, OSError):
        return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
