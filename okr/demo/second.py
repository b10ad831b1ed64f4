"""Halle Nova: a small operator of market halls, in English and pounds. It proves that organizations are kept apart."""

from okr.demo.shapes import (
    LAST_WEEK,
    Account,
    Case,
    DepartmentSpec,
    Fact,
    InitiativeSpec,
    InvitationSpec,
    KeyResultSpec,
    ObjectiveSpec,
    OrganizationSpec,
    Person,
    TribeSpec,
)
from okr.models import Initiative
from orgs.models import DemoPersona, Function, Role

PEOPLE = (
    Person("director", "Managing director", "managing.director", "Managing director", Function.BUSINESS,
           (Role.SPONSOR, Role.CODIR, Role.CHIEF_OF_STAFF)),
    Person("admin", "Systems administrator", "systems.administrator", "Systems administrator", Function.TECH,
           (Role.ADMINISTRATOR,)),
    Person("STL.P", "Stalls lead", "stalls.lead", "Product lead, stalls", Function.PRODUCT),
    Person("STL.B", "Hall manager", "hall.manager", "Hall manager", Function.BUSINESS),
    Person("VIS.P", "Visitors lead", "visitors.lead", "Product lead, visitors", Function.PRODUCT),
    Person("VIS.D", "Service designer", "service.designer", "Service designer", Function.DESIGN),
)  # fmt: skip

STRATEGY = ObjectiveSpec(
    title="Neighbours choose the hall first, because everything they need for tonight is there.",
    why="Supermarkets win on habit. The hall wins on taste, as long as the visit stays short.",
    owner="director",
    department="halls",
    facts=(Fact("research", "Visitors leave without one thing they came for.", "38%", "Exit interviews, n = 410"),),
    key_results=(
        KeyResultSpec(
            title="Weekly visitors who come back within a month",
            metric="Share of card payments seen again within 30 days",
            span=("31.0", "40.0"),
            now="35.0",
            owner="director",
            source="Payment terminals",
            confidence=7,
            comments=("Evening opening brings people back.",),
            facts=(Fact("market", "The nearest supermarket sees most of its customers monthly.", "62%", "Panel data"),),
            case=Case("900000", "0.40", "35"),
        ),
        KeyResultSpec(
            title="Sales per occupied stall, a week",
            metric="Takings of all stalls, divided by occupied stalls",
            unit="money",
            span=("4200", "5200"),
            now="4480",
            owner="director",
            source="Payment terminals",
            last=LAST_WEEK,
            confidence=6,
            comments=("Fish and cheese lead; flowers still behind.",),
            case=Case("1400000", "0.70", "40"),
        ),
    ),
)

RUNNING = (
    ObjectiveSpec(
        tribe="STL",
        title="A new stallholder feels at home from the first morning.",
        owner="P",
        serves=(("1.2", "A stall that opens well in its first week keeps selling."),),
        key_results=(
            KeyResultSpec(
                title="Days from signed lease to first sale",
                metric="Calendar days, leases signed this quarter",
                unit="days",
                span=("30", "18"),
                now="23",
                owner="P",
                source="Lease register",
                last=LAST_WEEK,
                confidence=7,
                comments=("Power and water are now ready on day one.",),
            ),
            KeyResultSpec(
                title="Stalls occupied",
                metric="Share of stalls with a lease and open at least five days a week",
                span=("81.0", "92.0"),
                now="84.0",
                owner="B",
                source="Lease register",
                confidence=4,
                comments=("Two bakers withdrew.",),
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="VIS",
        title="Visitors find what they came for before they ask.",
        owner="P",
        serves=(("1.1", "People return to a place where they found everything."),),
        key_results=(
            KeyResultSpec(
                title="Visitors who leave without something they came for",
                metric="Exit interviews, two afternoons a week",
                span=("38.0", "26.0"),
                now="31.0",
                owner="D",
                source="Exit interviews",
                last=LAST_WEEK,
                confidence=7,
                comments=("The map by the entrance works.",),
            ),
            KeyResultSpec(
                title="Click-and-collect orders ready on time",
                metric="Share of orders ready at the promised quarter of an hour",
                span=("70.0", "90.0"),
                now="81.5",
                owner="P",
                source="Order tablets",
                confidence=6,
            ),
        ),
    ),
)

CLOSED = (
    ObjectiveSpec(
        tribe="STL",
        title="A stallholder knows what sells before the market opens.",
        owner="P",
        serves=(("1.2", "Stalls that order by yesterday’s sales throw less away."),),
        key_results=(
            KeyResultSpec(
                title="Stalls that read their sales every morning",
                metric="Share of stalls with the report opened before eight",
                span=("22.0", "60.0"),
                now="55.0",
                owner="P",
                source="Report log",
                confidence=8,
                learning="A printed page on the stall beats an e-mail.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="VIS",
        title="Nobody queues twice for the same dinner.",
        owner="P",
        serves=(("1.1", "The second queue is where visitors give up."),),
        key_results=(
            KeyResultSpec(
                title="Longest wait on a Saturday",
                metric="Minutes, the slowest tenth of stalls",
                unit="count",
                label="min",
                span=("17", "9"),
                now="13",
                owner="D",
                source="Counting cameras",
                ambition="committed",
                confidence=5,
                learning="Numbered tickets calm the queue; they do not shorten it.",
                miss="Two stalls had no second till until the last weeks.",
            ),
        ),
    ),
)

INITIATIVES = (
    InitiativeSpec(tribe="STL", title="First-morning checklist", owner="P", answers=("A1",), weeks=(-5, -2),
                   state=Initiative.State.DELIVERED, note="Used by nine stalls"),
    InitiativeSpec(tribe="STL", title="Open evening for food makers", owner="B", answers=("A2",), weeks=(0, 3),
                   state=Initiative.State.IN_PROGRESS, note="40 invitations sent", milestone=3,
                   needs=(("VIS", "A page where makers can apply"),)),
    InitiativeSpec(tribe="VIS", title="Map of the hall by recipe", owner="D", answers=("A1",), weeks=(-3, 1),
                   state=Initiative.State.IN_PROGRESS, note="Printed; the screen comes next"),
)  # fmt: skip

HALLE_NOVA = OrganizationSpec(
    settings={
        "slug": "halle-nova",
        "name": "Halle Nova",
        "tagline": "Market halls",
        "language": "en",
        "time_zone": "Europe/London",
        "holiday_country": "GB",
        "holiday_region": "ENG",
        "currency": "GBP",
        "tribe_label": "Squad",
        "tribe_label_plural": "Squads",
    },
    mail_domain="hallenova.example",
    people=PEOPLE,
    departments=(
        DepartmentSpec(
            key="halls", name="Market halls", committee="Leadership team", members=("admin",), sponsors=("director",)
        ),
    ),
    tribes=(
        TribeSpec("STL", "Stalls", "A full hall, every morning.", "halls", {
            Function.PRODUCT: ("STL.P",), Function.TECH: ("admin",), Function.BUSINESS: ("STL.B",),
        }),
        TribeSpec("VIS", "Visitors", "In, found, out, happy.", "halls", {
            Function.PRODUCT: ("VIS.P",), Function.DESIGN: ("VIS.D",),
        }),
    ),
    strategy=(STRATEGY,),
    running=RUNNING,
    closed=CLOSED,
    initiatives=INITIATIVES,
    accounts=(Account(person="admin", part=DemoPersona.Part.OTHER_ADMINISTRATOR),),
    invitations=(InvitationSpec("florist", "admin", 1, Role.MEMBER, "STL", Function.BUSINESS),),
    consolidates="director",
    remarks=("To be confirmed next week.", "A quiet week.", "Counted twice, same figure."),
    guests={"coach.okr@coursive.example": (Role.COACH,)},
)  # fmt: skip
