"""Child processes that cannot outlive whoever started them. Standard library only."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import IO

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, with_signal: int = signal.SIGKILL) -> None:
    """Ask Linux to signal this process when its parent ends, however that happens. Elsewhere: nothing."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), with_signal)


def start(
    command: Sequence[str | os.PathLike[str]],
    *,
    environment: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] | None = None,
    output: IO[bytes] | int | None = None,
    user: tuple[int, int] | None = None,
    death_signal: int = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own (so that a whole group can be ended, and Ctrl-C reaches only us).

    `user` is the (uid, gid) to become. The child is signalled when this process ends, even by kill -9.
    """
    parent = os.getpid()

    def prepare() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user[1])
            os.setuid(user[0])
        die_with_parent(parent, death_signal)  # after the change of user, which clears it

    return subprocess.Popen(
        list(command),
        env=None if environment is None else dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=prepare,
    )


def end(children: Sequence[subprocess.Popen[bytes]], *, grace: float = 8.0, first: int = signal.SIGTERM) -> None:
    """Ask all groups to stop, wait up to `grace` seconds in all, then kill what is left of them."""
    for child in children:
        _signal_group(child, first)
    deadline = time.monotonic() + grace
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    # The group outlives its leader as long as a grandchild is in it, so it is signalled whether or not the child ended.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something listens there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def wait_for_port(port: int, child: subprocess.Popen[bytes], seconds: float = 30.0) -> bool:
    """True once the child accepts connections; False when it ended or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if accepts(port):
            return True
        if child.poll() is not None:
            return False
        time.sleep(0.05)
    return False
