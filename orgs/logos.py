"""Logos: what a file really is decides, and only what we encoded ourselves is ever sent to a browser."""

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from orgs.rules import RuleBroken

LARGEST_FILE = 800_000  # bytes
LARGEST_SIDE = 4_000  # pixels, of what is sent
SHOWN_SIDE = 256  # pixels, of what is kept
FORMATS = ("PNG", "JPEG", "WEBP")


@contextmanager
def kept(upload: UploadedFile) -> Iterator[str]:
    """The name of the picture, checked, shrunk and encoded anew as PNG: stored for good where the block succeeds, and
    gone where it does not. Raises RuleBroken at the field "logo"."""
    if upload.size is None or upload.size > LARGEST_FILE:
        raise RuleBroken(_("At most %(most)s kB.") % {"most": LARGEST_FILE // 1000}, field="logo")
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise RuleBroken(_("At most %(most)s pixels a side.") % {"most": LARGEST_SIDE}, field="logo")
            picture.load()
            shown = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise RuleBroken(_("This is no PNG, JPEG or WebP picture."), field="logo") from None
    shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    encoded = io.BytesIO()
    shown.save(encoded, "PNG", optimize=True)
    name = default_storage.save(f"logos/{uuid.uuid4().hex}.png", ContentFile(encoded.getvalue()))
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise
