"""Settings ▸ Channels: set, tried, removed; what a channel is told, in whose words, and what is made of its answers."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from orgs import channels, outbox, tenancy
from orgs.actions.channels import TESTS_AN_HOUR
from orgs.channels import Message, Topic
from orgs.channels.messages import payload, service_of
from orgs.models import AuditEvent, Channel, OutboxMail
from tests import factories
from tests.orgs import tls

URL = "/o/coursive/settings/channels/"
SECRET = "/services/T0AAAA/B0BBBB/verysecret"
MISSED = Message(
    "Check-ins of this week",
    ("Drive: 2 missing (Alice Owner)", "Home <delivery> & *more*: 1 missing"),
    "https://polaris.example/o/coursive/",
    "See them",
)


@pytest.fixture
def hook(tmp_path, monkeypatch, settings):
    """The server of a channel, on this machine."""
    pem = tls.certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    settings.CHANNEL_HOSTS_ALLOWED = ["localhost"]
    with tls.serving(pem) as served:
        served.url = f"https://localhost:{served.port}{SECRET}"
        yield served


def save(admin, url="", **chosen):
    return admin.post(URL, {"url": url, **(chosen or {"sends_missed": "on", "sends_digest": "on"})}, follow=True)


def tell(world, message=MISSED, topic=Topic.MISSED, period="2026-W21"):
    with tenancy.tenant(world.org.pk):
        return channels.tell(topic, period, message)


def sweep():
    return outbox.sweep(until=timezone.now() + timedelta(seconds=30))


def rows(world):
    with tenancy.tenant(world.org.pk):
        return list(OutboxMail.objects.order_by("pk"))


def test_a_channel_is_set_and_shown_shortened(admin, world, hook):
    page = save(admin, hook.url).content.decode()
    assert "Channel saved" in page
    assert f"localhost:{hook.port}/…cret" in page
    assert SECRET not in page
    with tenancy.tenant(world.org.pk):
        assert Channel.objects.get().url == hook.url
        event = AuditEvent.objects.get(verb="channel_set")
    assert SECRET not in json.dumps([event.before, event.after, event.object_label])
    assert SECRET not in admin.get("/o/coursive/settings/audit/").content.decode()


def test_what_it_is_told_is_changed_without_the_address(admin, world, hook):
    save(admin, hook.url)
    save(admin, sends_digest="on")
    with tenancy.tenant(world.org.pk):
        channel = Channel.objects.get()
    assert (channel.url, channel.sends_missed, channel.sends_digest) == (hook.url, False, True)
    assert "Nothing to save" in save(admin, sends_digest="on").content.decode()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "This field is required"),
        ("http://hooks.slack.com/services/T0", "begins with https://"),
        ("https://me:secret@hooks.slack.com/services/T0", "without a user name"),
        ("https://127.0.0.1/hook", "leads inside a network"),
        ("https://[::ffff:10.0.0.1]/hook", "leads inside a network"),
        ("https://localhost/hook", "leads inside a network"),
        ("My channel", "Paste the whole address"),
    ],
)
def test_a_bad_address_is_refused_at_its_field_and_kept(admin, world, url, why):
    answer = save(admin, url)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page[page.index('id="id_url_error"') :][:400]
    assert f'value="{url}"' in page or not url
    with tenancy.tenant(world.org.pk):
        assert not Channel.objects.exists()


def test_only_administrators_come_here(client, world):
    for person, status in ((world.alice, 403), (world.coach, 403), (world.dan, 200)):
        client.force_login(person.user, backend=factories.BACKEND)
        assert client.get(URL).status_code == status
        assert client.post(f"{URL}remove/").status_code == (302 if status == 200 else 403)
        assert client.post(f"{URL}test/").status_code == (302 if status == 200 else 403)


def test_a_test_message_arrives_and_the_page_says_so(admin, world, hook):
    save(admin, hook.url)
    page = admin.post(f"{URL}test/", follow=True).content.decode()
    assert "The test message has arrived." in page
    [(path, headers, body)] = hook.taken
    assert path == SECRET
    assert headers["Idempotency-Key"] == outbox.key_of(rows(world)[0])
    assert "Dan Admin has set up this channel" in json.loads(body)["text"]
    assert "arrived." in admin.get(URL).content.decode()


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (404, "no_service", "The channel’s address is no longer valid"),
        (400, "invalid_payload", "The server does not accept the content"),
        (429, "slow down", "The server asks to try again later"),
        (500, f"failed at {SECRET}", "The server answered with an error"),
        (302, "", "The server points to another address"),
    ],
)
def test_a_test_that_fails_shows_the_answer_and_is_not_tried_again(admin, world, hook, caplog, status, text, said):
    save(admin, hook.url)
    hook.status, hook.text = status, text
    page = admin.post(f"{URL}test/", follow=True).content.decode()
    assert "The test message did not arrive." in page
    assert said in page
    assert str(status) in page
    assert text.replace(SECRET, "…") in page
    assert SECRET not in page + caplog.text + str([record.msg for record in caplog.records])
    assert rows(world) == []


def test_a_server_that_is_away_or_not_who_it_says_is_named(admin, world, hook, monkeypatch, tmp_path):
    save(admin, "https://localhost:1/hook")
    assert "The server cannot be reached" in admin.post(f"{URL}test/", follow=True).content.decode()
    save(admin, hook.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate(tmp_path, "else.example.test")))
    page = admin.post(f"{URL}test/", follow=True).content.decode()
    assert "certificate is not valid (self-signed certificate)" in page.replace(' <span class="meta">', " ")


def test_tests_are_limited(admin, world, hook):
    save(admin, hook.url)
    with tenancy.tenant(world.org.pk):
        AuditEvent.objects.bulk_create(
            AuditEvent(actor=world.dan, verb="channel_tested", object_type="channel", object_id=1, before={}, after={})
            for _test in range(TESTS_AN_HOUR)
        )
    page = admin.post(f"{URL}test/", follow=True).content.decode()
    assert f"{TESTS_AN_HOUR} tests an hour are the limit." in page
    assert not rows(world)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        admin.post(f"{URL}test/")
    assert len(rows(world)) == 1


def test_there_is_nothing_to_try_before_it_is_set(admin, world):
    assert "Save the address of the channel first." in admin.post(f"{URL}test/", follow=True).content.decode()


def test_it_is_told_once_and_only_what_it_is_to_be_told(admin, world, hook):
    assert not tell(world)  # there is no channel
    save(admin, hook.url, sends_missed="on")
    assert tell(world)
    assert tell(world)
    assert not tell(world, topic=Topic.DIGEST)
    other = factories.organization()
    with tenancy.tenant(other.pk):
        assert not channels.tell(Topic.MISSED, "2026-W21", MISSED)
    assert sweep() == 1
    assert sweep() == 0
    assert len(hook.taken) == 1


def test_what_fails_is_tried_again_under_the_same_key(admin, world, hook):
    save(admin, hook.url)
    tell(world)
    hook.status = 503
    assert sweep() == 0
    [row] = rows(world)
    assert (row.failure, row.attempts) == ("answer", 1)
    hook.status = 200
    with time_machine.travel(row.due_at, tick=False):
        assert sweep() == 1
    keys = {headers["Idempotency-Key"] for _path, headers, _body in hook.taken}
    assert (len(hook.taken), keys) == (2, {outbox.key_of(row)})
    assert rows(world)[0].is_emptied


def test_a_channel_that_is_gone_does_not_hold_up_the_mail(admin, world, hook, settings):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    save(admin, hook.url)
    hook.status = 410
    tell(world)
    with tenancy.tenant(world.org.pk):
        outbox.post("camille@example.org", "test", "1", "Hello", "Well?")
    assert sweep() == 1
    message, mail = rows(world)
    assert message.given_up_at is not None
    assert mail.sent_at is not None


def test_removing_it_takes_back_what_waits(admin, world, hook):
    save(admin, hook.url)
    tell(world)
    assert "Channel removed" in admin.post(f"{URL}remove/", follow=True).content.decode()
    assert (rows(world), sweep(), hook.taken) == ([], 0, [])
    with tenancy.tenant(world.org.pk):
        assert not Channel.objects.exists()


def test_no_mail_address_gets_into_a_channel(admin, world, hook):
    save(admin, hook.url)
    tell(world, Message("Ask alice.owner@coursive.example now", ("Or <bob@coursive.example>, please", "It@is fine")))
    sweep()
    said = hook.taken[0][2].decode()
    assert "coursive.example" not in said
    assert "Or &lt;" in said
    assert "It@is fine" in said


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", "slack"),
        ("https://coursive.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d", "connector"),
        ("https://prod-12.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sig=x", "teams"),
        ("https://a.b.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x", "teams"),
        ("https://chat.coursive.example/hooks/abc", "other"),
        ("https://hooks.slack.com.evil.example/", "other"),
    ],
)
def test_the_service_is_recognized_from_the_address(url, service):
    assert service_of(url) == service


def test_slack_reads_no_commands_in_what_people_wrote():
    said = payload(Message("Hello <!channel>", ("<!here> & <https://evil.example|click>",)), "slack")
    assert said["text"] == "Hello &lt;!channel&gt;\n&lt;!here&gt; &amp; &lt;https://evil.example|click&gt;"
    assert said["blocks"][0]["text"] == {"type": "plain_text", "text": "Hello <!channel>", "emoji": False}
    assert said["blocks"][1]["text"]["text"].startswith("&lt;!here&gt;")


def test_slack_takes_long_lists_in_parts():
    said = payload(Message("Long", tuple("x" * 290 for _line in range(40))), "slack")
    assert all(len(block["text"]["text"]) <= 3000 for block in said["blocks"])
    assert len(said["blocks"]) <= 50


def test_teams_is_told_by_a_card():
    said = payload(MISSED, "teams")
    [attachment] = said["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [block["text"] for block in card["body"]] == [
        "Check-ins of this week",
        "Drive: 2 missing (Alice Owner)",
        "Home &lt;delivery> &amp; \\*more\\*: 1 missing",
    ]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "See them", "url": MISSED.link}]


def test_a_connector_of_teams_is_told_by_its_older_card():
    said = payload(MISSED, "connector")
    assert (said["@type"], said["summary"]) == ("MessageCard", "Check-ins of this week")
    assert said["text"].split("\n\n")[0] == "Drive: 2 missing (Alice Owner)"
    assert said["potentialAction"][0]["targets"] == [{"os": "default", "uri": MISSED.link}]
