"""The mailbox: from the sign-in page to a mail, and through a link in it back into Polaris."""

import re

from playwright.sync_api import expect

from tests.browser.people import Enter
from tests.servers import AppServer

SEND = """
from django.core.mail import EmailMultiAlternatives, get_connection
from django.conf import settings
mail = EmailMultiAlternatives("Two updates are due", "Open: {url}/o/coursive/check-in/", "Polaris <polaris@localhost>", ["lea@coursive.example"])
mail.attach_alternative('<html><head></head><body><p style="color:#1b2a4a">Two updates are due.</p><script>document.title = "no"</script><a href="{url}/o/coursive/check-in/">Update now</a></body></html>', "text/html")
get_connection(settings.MAIL_DELIVERY_BACKEND).send_messages([mail])
"""


def test_a_link_of_a_mail_opens_in_the_page(enter: Enter, fresh_app_server: AppServer) -> None:
    fresh_app_server.manage("shell", "-v0", "-c", SEND.replace("{url}", fresh_app_server.url))
    page = enter("", at=fresh_app_server)
    page.goto("/accounts/login/")
    page.get_by_role("link", name=re.compile("^Mailbox")).click()
    page.get_by_role("link", name=re.compile("Two updates are due")).click()
    expect(page.get_by_role("heading", name="Two updates are due")).to_be_visible()
    page.get_by_role("link", name="As plain text").click()
    expect(page.get_by_role("link", name=f"{fresh_app_server.url}/o/coursive/check-in/")).to_be_visible()

    page = enter("tribe_lead", at=fresh_app_server)
    page.goto("/mailbox/?to=lea@coursive.example")
    page.get_by_role("link", name=re.compile("Two updates are due")).click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Two updates are due.")).to_have_css("color", "rgb(27, 42, 74)")
    mail.get_by_role("link", name="Update now").click()
    expect(page).to_have_url(re.compile("/o/coursive/check-in/"))
    # A script of a mail does not run, and the browser says so.
    assert all("sandboxed" in trouble or "script" in trouble for trouble in enter.troubles)
    assert enter.troubles
    enter.troubles.clear()
