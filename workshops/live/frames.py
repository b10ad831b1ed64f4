"""What goes down a stream: server-sent events (WHATWG HTML § 9.2). Each is a few lines of text, ended by an empty one."""

OPENED = b"retry: 3000\n\n"  # for a client other than live.js, which opens anew itself


def region(name: str, seq: int, html: str) -> bytes:
    """The region's DOM id on the first line of data, its whole element on the others; the version is the event's id.

    Empty lines belong to it: they may stand in a <pre> or <textarea>.
    """
    lines = html.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join((f"event: region\nid: {seq}\ndata: {name}\n", *(f"data: {line}\n" for line in lines), "\n")).encode()


def beat(seq: int) -> bytes:
    return f"event: beat\ndata: {seq}\n\n".encode()


def me(seq: int) -> bytes:
    """Empty but for the version: what is private is fetched."""
    return f"event: me\ndata: {seq}\n\n".encode()
