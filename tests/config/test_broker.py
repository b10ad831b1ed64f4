"""The embedded file broker under several producers and consumers at once."""

import multiprocessing
import os
import time
from pathlib import Path
from queue import Empty
from typing import Any

import kombu
import pytest
from kombu.transport import filesystem

from config import broker

PRODUCERS, CONSUMERS, EACH = 2, 2, 3_000
SECONDS = 60


def connection(folder: Path) -> kombu.Connection:
    broker.install()
    filesystem.Transport.global_state.clear()  # what other tests of this process declared in other folders
    return kombu.Connection("filesystem://", transport_options=broker.transport_options(folder))


def produce(folder: Path, first: int) -> None:
    with connection(folder) as link, link.SimpleQueue("celery") as queue:
        for number in range(first, first + EACH):
            queue.put(number)
            time.sleep(0.0005)  # the pace at which consumers keep up: only then are messages read while being written


def consume(folder: Path, results: Any, enough: Any) -> None:
    deadline = time.monotonic() + SECONDS
    with connection(folder) as link, link.SimpleQueue("celery") as queue:
        while not enough.is_set() and time.monotonic() < deadline:
            try:
                message = queue.get_nowait()  # polled without a pause: the folder is read while messages are written
            except Empty:
                continue
            message.ack()
            results.put(message.payload)
    results.put(None)


def test_every_message_of_concurrent_producers_arrives_exactly_once(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    results, enough = fork.Queue(), fork.Event()
    consumers = [fork.Process(target=consume, args=(tmp_path, results, enough)) for _ in range(CONSUMERS)]
    producers = [fork.Process(target=produce, args=(tmp_path, n * EACH)) for n in range(PRODUCERS)]
    for process in [*consumers, *producers]:
        process.start()
    received: list[int] = []
    ended = 0
    while ended < CONSUMERS:
        item = results.get(timeout=SECONDS + 30)
        if item is None:
            ended += 1
            continue
        received.append(item)
        if len(received) == PRODUCERS * EACH:
            enough.set()
    for process in [*consumers, *producers]:
        process.join(10)
    assert sorted(received) == list(range(PRODUCERS * EACH))
    assert list((tmp_path / "messages").iterdir()) == []


def test_messages_are_taken_oldest_first_and_survive_the_consumer(tmp_path: Path) -> None:
    with connection(tmp_path) as link, link.SimpleQueue("celery") as queue:
        for number in range(12):
            queue.put(number)
    with connection(tmp_path) as link, link.SimpleQueue("celery") as queue:
        assert [queue.get(timeout=5).payload for _ in range(12)] == list(range(12))
        with pytest.raises(Empty):
            queue.get(timeout=0.1)


def test_queues_do_not_see_each_others_messages(tmp_path: Path) -> None:
    with connection(tmp_path) as link, link.SimpleQueue("mail") as mail, link.SimpleQueue("celery") as celery:
        mail.put("letter")
        with pytest.raises(Empty):
            celery.get(timeout=0.1)
        assert mail.get(timeout=5).payload == "letter"


def test_a_half_written_message_is_never_read_and_swept_when_old(tmp_path: Path) -> None:
    broker.transport_options(tmp_path)
    partial = tmp_path / "messages" / f"1_x.celery.msg.abc{broker.PARTIAL}"
    partial.write_text('{"body"')
    with connection(tmp_path) as link, link.SimpleQueue("celery") as queue, pytest.raises(Empty):
        queue.get(timeout=0.1)
    assert partial.exists()
    long_ago = time.time() - 2 * broker.FORGOTTEN_AFTER
    os.utime(partial, (long_ago, long_ago))
    broker.transport_options(tmp_path)
    assert not partial.exists()
