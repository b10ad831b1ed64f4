from orgs.models.audit import AuditEvent
from orgs.models.base import RevisedModel, TenantManager, TenantModel, TenantQuerySet, tenant_manager
from orgs.models.channel import Channel
from orgs.models.demo import DemoPersona
from orgs.models.heartbeat import Heartbeat
from orgs.models.invitation import Invitation
from orgs.models.notification import Notification
from orgs.models.outbox import OutboxMail
from orgs.models.people import ApiKey, Function, Membership, Role, Seat, Theme, User
from orgs.models.reach import Absence
from orgs.models.structure import Cadence, Committee, CommitteeSeat, Currency, Department, Language, Organization, Tribe

__all__ = [
    "Absence",
    "ApiKey",
    "AuditEvent",
    "Cadence",
    "Channel",
    "Committee",
    "CommitteeSeat",
    "Currency",
    "DemoPersona",
    "Department",
    "Function",
    "Heartbeat",
    "Invitation",
    "Language",
    "Membership",
    "Notification",
    "Organization",
    "OutboxMail",
    "RevisedModel",
    "Role",
    "Seat",
    "TenantManager",
    "TenantModel",
    "TenantQuerySet",
    "Theme",
    "Tribe",
    "User",
    "tenant_manager",
]
