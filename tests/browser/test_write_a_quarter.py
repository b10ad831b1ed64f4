"""A quarter of 3 objectives and 9 key results, written by keyboard alone: no more to do than the words themselves.

What is counted is what hands do; how long it would take follows from a person's speed, not from this machine's.
"""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import Enter
from tests.servers import AppServer

A_TRIBE_WITH_NOTHING = """
from orgs import tenancy
from orgs.models import Department, Membership, Organization, Seat, Tribe
org = Organization.objects.get(slug="coursive")
with tenancy.tenant(org.pk):
    lead = Membership.objects.get(user__email="lead.produit.drv@coursive.example")
    department = Department.objects.first()
    tribe = Tribe.objects.create(department=department, name="Retours", code="RET", lead=lead, position=99)
    Seat.objects.create(tribe=tribe, membership=lead, function="product", is_delegate=True)
"""
QUARTER = {
    "Rendre un produit est aussi simple que l’acheter.": [
        ("Retours acceptés sans appel au service client", "61 %", "85 %"),
        ("Temps médian d’un retour en magasin", "9 min", "4 min"),
        ("Réclamations après un retour", "14,5", "6"),
    ],
    "Le client sait toujours où en est son remboursement.": [
        ("Remboursements annoncés le jour même", "38 %", "90 %"),
        ("Délai médian de remboursement", "6 jours", "2 jours"),
        ("Appels « où est mon argent »", "1 200", "300"),
    ],
    "Ce qui revient retrouve vite sa place en rayon.": [
        ("Produits remis en vente sous 48 heures", "44 %", "75 %"),
        ("Valeur perdue par mois", "1,2 M€", "0,7 M€"),
        ("Contrôles refaits en entrepôt", "18 %", "5 %"),
    ],
}
CHARACTERS_A_SECOND = 5  # 60 words a minute
SECONDS_A_KEY = 0.5  # Tab, Enter, a shortcut: a glance and a press
FOUR_MINUTES = 240


def millions(typed: str) -> str:
    """ "1,2 M€" as it is stored, "1200000"; "" for what is no amount of millions."""
    number = typed.removesuffix(" M€")
    return f"{float(number.replace(',', '.')) * 1_000_000:.0f}" if number != typed else ""


class Hands:
    """Types and presses, and counts both."""

    def __init__(self, page: Page) -> None:
        self.page, self.characters, self.keys = page, 0, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.characters += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1


def test_three_objectives_and_nine_key_results(enter: Enter, fresh_app_server: AppServer, tmp_path: Path) -> None:
    fresh_app_server.manage("shell", "-c", A_TRIBE_WITH_NOTHING)
    page = enter("tribe_lead", language="fr", at=fresh_app_server)
    page.goto("/o/coursive/tribes/RET/")
    page.wait_for_load_state("networkidle")
    hands = Hands(page)
    for objective, key_results in QUARTER.items():
        hands.press("Shift+N")
        expect(page.locator("tr[data-new-objective] [name=title]")).to_be_focused()
        hands.type(objective)
        hands.press("Enter")
        for title, start, target in key_results:
            expect(page.locator("tr[data-new-key-result] [name=title]")).to_be_focused()
            expect(page.locator("tr[data-new-key-result] [name=title]")).to_have_value("")
            hands.type(title)
            hands.press("Tab")
            hands.type(start)
            hands.press("Tab")
            hands.type(target)
            hands.press("Enter")  # the unit came with the figures, the owner is the objective's
        hands.press("Escape")
    expect(page.locator(".is-waiting")).to_have_count(0)
    expect(page.locator("tr[data-row]")).to_have_count(9)
    page.screenshot(path=tmp_path / "written.png", full_page=True)

    page.reload()
    assert page.locator("tr[data-goal] [data-cell=title]").all_inner_texts() == list(QUARTER)
    for number, (title, start, target) in enumerate(row for rows in QUARTER.values() for row in rows):
        line = page.locator("tr[data-row]").nth(number)
        expect(line.locator("[data-cell=title]")).to_have_text(title)
        for name, typed in (("start", start), ("target", target)):
            stored = line.locator(f"[data-cell={name}]").get_attribute("data-value") or ""
            assert re.sub(r"\s", "", stored) in (re.sub(r"[^\d,]", "", typed), f"{millions(typed)}")
        expect(line.locator("[data-cell=owner]")).to_contain_text("Lead Produit")
        expect(line.locator(".lacks .blocks")).to_have_count(0)  # nothing stands between it and its publication
    expect(page.locator("tr[data-row]").nth(1)).to_contain_text("4 min")
    expect(page.locator("tr[data-row]").nth(7)).to_contain_text("M€")

    assert hands.keys <= 6 * 9 + 3 * 3  # five keys a key result and its owner; three an objective
    seconds = hands.characters / CHARACTERS_A_SECOND + hands.keys * SECONDS_A_KEY
    assert seconds < FOUR_MINUTES, f"{hands.characters} characters and {hands.keys} keys: {seconds:.0f} s"
