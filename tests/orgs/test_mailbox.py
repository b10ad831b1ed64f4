"""The mailbox of an instance without a mail server: what left can be seen, and nowhere where it must not be."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from orgs import mailbox, outbox, tenancy
from orgs.models import OutboxMail
from scripts.environment import ROOT
from tests import factories
from tests.servers import environment

HTML = '<html><head><title>T</title></head><body style="margin:0"><a href="http://localhost:8000/x/">Open</a></body></html>'


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.MAIL_DELIVERY_BACKEND = "orgs.mailbox.FolderBackend"
    settings.MAILBOX = True
    return settings.EMAIL_FILE_PATH


def send(to="camille@example.org", subject="Hello", text="Well?\nhttp://localhost:8000/x/ <b>", html="", **more):
    message = EmailMultiAlternatives(subject, text, "Polaris <polaris@localhost>", [to], **more)
    if html:
        message.attach_alternative(html, "text/html")
    message.attach("day é.ics", b"BEGIN:VCALENDAR", "application/ics")
    get_connection("orgs.mailbox.FolderBackend").send_messages([message])


def listed(client, query=""):
    page = client.get(f"/mailbox/{query}")
    assert page.status_code == 200
    return page, [
        tuple(unescape(part) for part in found)
        for found in re.findall(r'<a href="(/mailbox/[\w-]+/)"><span class="to">(.*?)</span><b>(.*?)</b>', page.text)
    ]


@pytest.mark.django_db
def test_an_empty_mailbox_says_what_belongs_there(client, folder):
    page, mails = listed(client)
    assert mails == []
    assert "No e-mail yet" in page.text


@pytest.mark.django_db
def test_mails_are_listed_newest_first_and_by_recipient(client, folder):
    for number, to in enumerate(["Camille@example.org", "bob@example.org", "camille@example.org"]):
        send(to, f"Mail {number} é & more")
        for path in folder.glob("*.log"):  # a clock's grain is no order
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    page, mails = listed(client)
    assert [subject for _url, _to, subject in mails] == [f"Mail {number} é & more" for number in (2, 1, 0)]
    assert "camille@example.org (2)" in page.text
    _page, mails = listed(client, "?to=camille@example.org")
    assert {to for _url, to, _subject in mails} == {"camille@example.org"}
    assert len(mails) == 2
    _page, mails = listed(client, "?to=nobody@example.org&page=99")
    assert len(mails) == 3


@pytest.mark.django_db
def test_many_mails_come_in_pages_and_the_list_has_an_end(client, folder, monkeypatch):
    monkeypatch.setattr(mailbox, "SHOWN_AT_MOST", 40)
    for number in range(45):
        send(subject=f"Mail {number}")
    page, mails = listed(client)
    assert len(mails) == 30
    assert "older ones stay" in page.text
    assert len(listed(client, "?page=2")[1]) == 10


@pytest.mark.django_db
def test_a_mail_as_it_looks_stays_in_its_frame(client, folder):
    send(html=HTML)
    [(url, _to, _subject)] = listed(client)[1]
    page = client.get(url)
    assert f'src="{url}html/"' in page.text
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.text
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    body = client.get(f"{url}html/")
    assert '<head><base target="_top">' in body.text
    policy = body["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
def test_a_mail_as_text_has_links_and_no_markup(client, folder):
    send(html=HTML)
    [(url, _to, _subject)] = listed(client)[1]
    page = client.get(f"{url}?as=text")
    assert 'href="http://localhost:8000/x/"' in page.text
    assert "&lt;b&gt;" in page.text
    send(to="text@example.org")
    [(plain, _to, _subject)] = listed(client, "?to=text@example.org")[1]
    assert "Well?" in client.get(plain).text
    assert client.get(f"{plain}html/").status_code == 404


@pytest.mark.django_db
def test_what_is_attached_can_be_had(client, folder):
    send()
    [(url, _to, _subject)] = listed(client)[1]
    assert "day é.ics" in client.get(url).text
    file = client.get(f"{url}files/1/")
    assert file.getvalue() == b"BEGIN:VCALENDAR"
    assert file["Content-Disposition"].startswith("attachment")
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    for number in (0, 2, 99):
        assert client.get(f"{url}files/{number}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["nothing", "a" * 300, "-", "_"])
def test_what_is_not_there_is_not_found(client, folder, key):
    for tail in ("", "html/", "files/1/"):
        assert client.get(f"/mailbox/{key}/{tail}").status_code == 404


@pytest.mark.django_db
def test_a_file_that_is_no_mail_does_no_harm(client, folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("no mail")
    (folder / "half.4711.part").write_text("Subject: half")
    (folder / "odd.log").write_bytes(b"\xff\xfe\x00no headers")
    _page, mails = listed(client)
    assert [url for url, _to, _subject in mails] == ["/mailbox/odd/"]
    assert client.get("/mailbox/odd/").status_code == 200


@pytest.mark.django_db
def test_a_mail_sent_again_takes_the_place_of_the_first(client, folder):
    """As in a mail program: the sender died before it wrote down that the mail had left."""
    org = factories.organization()
    with tenancy.tenant(org.pk):
        outbox.post("camille@example.org", "test", "1", "Hello", "Well?")
        row = OutboxMail.objects.get()
    assert outbox.send(row.pk)
    with tenancy.tenant(org.pk):
        OutboxMail.objects.update(sent_at=None, text="Well?")
    assert outbox.send(row.pk)
    assert len(listed(client)[1]) == 1


@pytest.mark.django_db
def test_the_sign_in_page_leads_there_and_only_where_mails_are_shown(client, folder, settings):
    send(html=HTML)
    [(url, _to, _subject)] = listed(client)[1]
    assert 'href="/mailbox/"' in client.get("/accounts/login/").text
    settings.MAILBOX = False
    assert 'href="/mailbox/"' not in client.get("/accounts/login/").text
    for address in ("/mailbox/", url, f"{url}html/", f"{url}files/1/"):
        assert client.get(address).status_code == 404


PRODUCTION = {
    "POLARIS_ENV": "production",
    "SECRET_KEY": "a-secret-of-the-tests-that-is-long-enough-to-be-taken",
    "ALLOWED_HOSTS": "polaris.example.org",
    "BASE_URL": "https://polaris.example.org",
    "DATABASE_URL": "postgres://polaris@localhost/polaris",
    "REDIS_URL": "redis://localhost:6379/0",
}
ASK = "from django.conf import settings; print(settings.MAILBOX)"


def shown(var: Path, **variables: str) -> str:
    """Whether an instance with these variables would show its mails, or the sentence with which it refuses to start."""
    command = [sys.executable, "-c", ASK]
    env = {**environment(var, **variables), "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return (result.stdout or result.stderr).strip()


def test_only_a_demo_or_whoever_asks_for_it_shows_mails_and_production_never(tmp_path):
    assert shown(tmp_path, DEMO="true") == "True"
    assert shown(tmp_path) == "False"
    assert shown(tmp_path, MAILBOX="true") == "True"
    assert shown(tmp_path, DEMO="true", EMAIL_URL="smtp://127.0.0.1:25") == "False"
    assert shown(tmp_path, **PRODUCTION) == "False"
    assert "MAILBOX must be off" in shown(tmp_path, MAILBOX="true", **PRODUCTION)
