"""{% may "manage_people" as yes %}: whether whoever looks at the page may, where that depends on no thing."""

from django import template

from orgs.permissions import Permission, can

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: template.Context, permission: str) -> bool:
    return can(context["request"].membership, Permission(permission))
