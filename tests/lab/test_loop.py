"""The loop of a lab's processes."""

import os
import socket

from podpath.lab.loop import READ, WRITE, Loop


def test_files_come_before_times_and_times_in_their_order() -> None:
    """What can be read is never too late; a timer that was called off does not fire."""
    loop, seen = Loop(), list[str]()
    one, other = socket.socketpair()

    def second() -> None:
        seen.append("second")
        loop.stop()

    def ready() -> None:
        seen.append(other.recv(9).decode())
        loop.forget(other)

    loop.after(0.02, second)
    loop.after(0, lambda: seen.append("first"))
    loop.after(0, lambda: seen.append("never")).cancel()
    loop.watch(other, ready)
    one.send(b"file")
    loop.run()
    assert seen == ["file", "first", "second"]
    one.close()
    other.close()


def test_a_file_can_be_watched_for_something_else() -> None:
    """A socket that can be written calls at once, one that has nothing to read does not."""
    loop, seen = Loop(), list[int]()
    one, other = socket.socketpair()

    def ready() -> None:
        seen.append(1)
        loop.change(one, READ)

    loop.watch(one, ready, WRITE)
    loop.after(0.01, loop.stop)
    loop.run()
    assert seen == [1]
    one.close()
    other.close()


def test_a_file_that_a_callback_closed_calls_back_no_more() -> None:
    """Even if it was ready in the same moment."""
    loop, seen = Loop(), list[str]()
    pairs = [socket.socketpair() for _ in range(2)]

    def first(mine: socket.socket, others: socket.socket) -> None:
        seen.append("called")
        for each in (mine, others):
            loop.forget(each)

    loop.watch(pairs[0][0], lambda: first(pairs[0][0], pairs[1][0]))
    loop.watch(pairs[1][0], lambda: first(pairs[1][0], pairs[0][0]))
    for _, far in pairs:
        far.send(b"x")
    loop.after(0.01, loop.stop)
    loop.run()
    assert seen == ["called"]
    for pair in pairs:
        for each in pair:
            each.close()


def test_children_are_reaped() -> None:
    """With their exit status, in a process of its own, because signal handlers are for all."""
    child = os.fork()
    if child == 0:
        loop = Loop()
        ended: list[tuple[int, int]] = []
        grandchild = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 7"], {})

        def reaped(process: int, code: int) -> None:
            ended.append((process, code))
            loop.stop()

        loop.on_child(reaped)
        loop.run()
        os._exit(0 if ended == [(grandchild, 7)] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
