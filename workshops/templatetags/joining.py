"""How to come in: {% join_link code %} and {% join_qr code %}, and when: {{ phase|open_between }}. For pages, and for regions
that are drawn without a request."""

from django import template
from django.utils.safestring import SafeString

from workshops import qr
from workshops.pages import windows

register = template.Library()


@register.simple_tag
def join_link(code: str) -> str:
    return qr.join_link(code)


@register.simple_tag
def join_qr(code: str) -> SafeString:
    return qr.qr_code(qr.join_link(code))


register.filter("open_between", windows.open_between)


@register.filter
def without_scheme(link: str) -> str:
    """As one types it: "polaris.example/w/abc"."""
    return link.partition("://")[2].rstrip("/") or link
