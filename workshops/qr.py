"""The link to join as a QR code."""

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

QUIET = 4  # modules around it, which scanners need


def join_link(code: str) -> str:
    """Where anybody joins the workshop with this code."""
    return f"{settings.BASE_URL}{reverse('workshop_door', args=[code])}"


def qr_code(text: str) -> SafeString:
    """An inline SVG without styles. Dark on white whatever the theme: not every scanner reads it the other way round.

    It is a picture of what stands beside it as text, so screen readers pass over it.
    """
    import segno  # with the first code that is shown

    drawn = segno.make(text, error="m").svg_inline(
        border=QUIET, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308 - segno's, of our own link
