"""Django's admin, for operators only: organizations and accounts, never an organization's content."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization, User

admin.site.unregister(Group)
# Operators sign in where everybody does, behind the same rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Polaris · operators")


class ReadMostly(admin.ModelAdmin):
    """Nothing is added or deleted here: organizations and people come and go through the product, with its audit."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(ReadMostly):
    list_display = ["name", "slug", "language", "time_zone", "created_at"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "tagline", "language", "time_zone", "currency", "created_at"]
    readonly_fields = ["slug", "created_at"]

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        """Only what was changed, lest a version that an action bumps meanwhile goes back; and kept pages are made anew."""
        obj.save(update_fields=form.changed_data)
        Organization.objects.filter(pk=obj.pk).update(version=F("version") + 1)


@admin.register(User)
class UserAdmin(ReadMostly):
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "last_login", "date_joined"]
    readonly_fields = ["email", "last_login", "date_joined"]
