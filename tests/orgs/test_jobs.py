"""Jobs for real: a worker on the embedded broker delivers mail, and its beat shows the jobs alive."""

import os
import subprocess
import sys
import time
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def instance(tmp_path):
    """Environment of an embedded instance of its own, migrated."""
    env = {
        **{key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL", "ZEAL")},
        "POLARIS_VAR": str(tmp_path / "var"),
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    return env


@pytest.fixture
def worker(instance):
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-B", "--pool", "solo", "-l", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=instance)
    yield process
    process.terminate()
    process.wait(20)


def within(seconds, ask):
    """The first true answer, asked for until `seconds` have passed."""
    until = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < until:
        time.sleep(0.1)
    return answer


@pytest.mark.sqlite
def test_mail_leaves_through_the_queue(instance, worker):
    send = [sys.executable, "manage.py", "sendtestemail", "camille@example.org"]
    subprocess.run(send, cwd=ROOT, env=instance, check=True)
    folder = Path(instance["POLARIS_VAR"], "mail")
    mails = within(40, lambda: list(folder.glob("*.log")) if folder.exists() else [])
    assert len(mails) == 1
    assert message_from_bytes(mails[0].read_bytes())["To"] == "camille@example.org"


@pytest.mark.sqlite
def test_mail_waits_for_a_worker(instance):
    """With nobody to deliver, sending succeeds all the same, and the mail waits in the broker."""
    send = [sys.executable, "manage.py", "sendtestemail", "camille@example.org"]
    subprocess.run(send, cwd=ROOT, env=instance, check=True)
    assert not Path(instance["POLARIS_VAR"], "mail").exists()
    assert len(list(Path(instance["POLARIS_VAR"], "broker").rglob("*.msg"))) == 1


@pytest.mark.sqlite
def test_mail_leaves_where_the_queue_does_not_answer(instance):
    send = [sys.executable, "manage.py", "sendtestemail", "camille@example.org"]
    nowhere = {**instance, "REDIS_URL": "redis://127.0.0.1:1/0"}
    subprocess.run(send, cwd=ROOT, env=nowhere, check=True)
    [mail] = Path(instance["POLARIS_VAR"], "mail").glob("*.log")
    assert message_from_bytes(mail.read_bytes())["To"] == "camille@example.org"


POST = """
from orgs import outbox, tenancy
from orgs.models import Organization
org, _made = Organization.objects.get_or_create(slug="coursive", name="Coursive")
with tenancy.tenant(org.pk):
    outbox.post("camille@example.org", "test", "1", "Hello", "Well?")
"""


@pytest.mark.sqlite
def test_what_is_posted_to_the_outbox_leaves_at_once_and_once(instance, worker):
    """The same mail posted by two processes; the queue, the sweep and the lease between them send one."""
    post = [sys.executable, "manage.py", "shell", "-v0", "-c", POST]
    for _process in range(2):
        subprocess.run(post, cwd=ROOT, env=instance, check=True)
    folder = Path(instance["POLARIS_VAR"], "mail")
    assert within(40, lambda: folder.exists() and list(folder.glob("*.log")))
    assert within(20, lambda: not list(Path(instance["POLARIS_VAR"], "broker").rglob("*.msg")))
    mails = list(folder.glob("*.log"))
    assert len(mails) == 1
    message = message_from_bytes(mails[0].read_bytes())
    assert message["To"] == "camille@example.org"
    assert message["Message-ID"].startswith("<outbox-")
