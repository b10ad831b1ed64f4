from orgs.models.audit import AuditEvent
from orgs.models.base import TenantManager, TenantModel, TenantQuerySet, tenant_manager
from orgs.models.demo import DemoPersona
from orgs.models.heartbeat import Heartbeat
from orgs.models.people import ApiKey, Function, Membership, Role, Seat, User
from orgs.models.structure import Cadence, Committee, CommitteeSeat, Department, Organization, Tribe

__all__ = [
    "ApiKey",
    "AuditEvent",
    "Cadence",
    "Committee",
    "CommitteeSeat",
    "DemoPersona",
    "Department",
    "Function",
    "Heartbeat",
    "Membership",
    "Organization",
    "Role",
    "Seat",
    "TenantManager",
    "TenantModel",
    "TenantQuerySet",
    "Tribe",
    "User",
    "tenant_manager",
]
