"""A region of many elements: the one that changed is drawn and sent alone."""

from tests.probe.client import Event, Stream, World, eventually, on_loop


def pieces(world: World, since: int) -> list[str]:
    return [line.rpartition(" ")[0] for line in world.draws()[since:] if line.startswith("piece")]


def came(stream: Stream, since: int) -> list[str]:
    return [event.region for event in stream.events[since:] if event.region.startswith("piece")]


async def shows(stream: Stream, part: str, text: str) -> Event:
    return await stream.shows(f">{text}<", f"piece.{part}")


async def begun(world: World, mission: str, *who: str) -> list[Stream]:
    """Streams that have the parts of this mission."""
    streams = await world.watch(*who)
    await world.change(mission, regions=("piece", "board"))
    parts = [word.split("=") for word in mission.split() if not word.startswith("staff")]
    for stream in streams:
        for name, text in parts:
            await shows(stream, name, text)
    return streams


@on_loop
async def test_announcing_a_part_draws_and_sends_it_alone(world: World) -> None:
    (stream,) = await begun(world, "one=1 two=2 three=3", "m0")
    drawn, events = len(world.draws()), len(stream.events)
    seq = await world.change("one=1 two=22 three=33", regions=("piece.two",))
    assert (await shows(stream, "two", "22")).id == str(seq)
    await world.change("one=1 two=22 three=33", regions=("board",))
    await stream.shows("three=33")
    assert pieces(world, drawn) == ["piece.two room en"]
    assert came(stream, events) == ["piece.two"]


@on_loop
async def test_announcing_the_region_draws_all_and_sends_what_changed(world: World) -> None:
    (stream,) = await begun(world, "one=1 two=2 three=3", "m0")
    drawn, events = len(world.draws()), len(stream.events)
    await world.change("one=1 two=2 three=4", regions=("piece", "board"))
    await stream.shows("three=4")
    await shows(stream, "three", "4")
    assert sorted(pieces(world, drawn)) == ["piece.one room en", "piece.three room en", "piece.two room en"]
    assert came(stream, events) == ["piece.three"]


@on_loop
async def test_both_are_drawn_once(world: World) -> None:
    (stream,) = await begun(world, "one=1 two=2", "m0")
    drawn = len(world.draws())
    await world.change("one=8 two=9", regions=("piece.one", "piece", "piece.one"))
    await shows(stream, "one", "8")
    await shows(stream, "two", "9")
    assert sorted(pieces(world, drawn)) == ["piece.one room en", "piece.two room en"]


@on_loop
async def test_each_audience_and_language_has_it_drawn_once_however_many_watch(world: World) -> None:
    streams = await begun(world, "one=1 two=2", "admin", "fiona", *(f"m{n}" for n in range(15)))
    drawn = len(world.draws())
    await world.change("one=5 two=2", regions=("piece.one",))
    for stream in streams:
        await shows(stream, "one", "5")
    assert sorted(pieces(world, drawn)) == ["piece.one facilitator en", "piece.one room en", "piece.one room fr"]


@on_loop
async def test_a_part_that_an_audience_does_not_see_is_neither_drawn_nor_sent_to_it(world: World) -> None:
    admin, other = await begun(world, "one=1 staff=1", "admin", "m0")
    await shows(admin, "staff", "1")
    drawn, events = len(world.draws()), len(other.events)
    await world.change("one=1 staff=2", regions=("piece.staff",))
    await shows(admin, "staff", "2")
    await world.change("one=1 staff=2 end", regions=("board",))
    await other.shows("staff=2 end")
    assert pieces(world, drawn) == ["piece.staff facilitator en"]
    assert came(other, events) == []
    assert "piece.staff" not in came(other, 0)


@on_loop
async def test_what_was_lost_is_drawn_anew_within_a_heartbeat(world: World) -> None:
    (stream,) = await begun(world, "one=1 two=2", "m0")
    await world.change("one=6 two=7", regions=("piece.one",), quiet="yes")
    await shows(stream, "one", "6")
    await shows(stream, "two", "7")


@on_loop
async def test_whoever_comes_later_gets_each_part_as_it_is_now(world: World) -> None:
    (first,) = await begun(world, "one=1 two=2", "m0")
    await world.change("one=3 two=2", regions=("piece.one",))
    await shows(first, "one", "3")
    (late,) = await world.watch("m1")
    await shows(late, "one", "3")
    await shows(late, "two", "2")
    await world.change("one=4 two=2 end", regions=("board",))
    await late.shows("two=2 end")
    assert sorted(came(late, 0)) == ["piece.one", "piece.two"]


@on_loop
async def test_a_new_part_comes_and_one_that_is_gone_is_empty(world: World) -> None:
    admin, other = await begun(world, "one=1 two=2 staff=3", "admin", "m0")
    await world.change("one=1 four=4", regions=("piece",))
    for stream in (admin, other):
        await shows(stream, "four", "4")
        await stream.until(lambda stream=stream: stream.newest("piece.two").data == "piece.two\n")
    await admin.until(lambda: admin.newest("piece.staff").data == "piece.staff\n")
    assert other.newest("piece.staff") is None
    await world.change("one=1", regions=("piece.four", "piece.none"))
    await other.until(lambda: other.newest("piece.four").data == "piece.four\n")
    assert other.newest("piece.none") is None
    (late,) = await world.watch("m1")
    await shows(late, "one", "1")
    await world.change("one=1 four=5", regions=("piece.four",))
    await shows(late, "four", "5")


@on_loop
async def test_a_part_nobody_knows_is_passed_over(world: World) -> None:
    (stream,) = await begun(world, "one=1", "m0")
    before = await world.change("one=2", regions=("piece.nine", "piece.one"))
    assert (await shows(stream, "one", "2")).id == str(before)
    await eventually(lambda: "piece.nine" not in " ".join(world.draws()))
