"""What tests of runtimes share: asking them, and engines that misbehave on purpose."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from podpath.collect.runtimes.read import read_runtimes
from podpath.state.runtime import Container

if TYPE_CHECKING:
    from podpath.collect.runtimes.interface import Heard
    from podpath.state.host import Missing

_Row = TypeVar("_Row")


def netns(pid: int | None) -> int:
    """Return the inode of a process's network namespace."""
    return Path(f"/proc/{pid}/ns/net").stat().st_ino


class Said:
    """All that the runtimes below a root say."""

    def __init__(self, root: Path, timeout: float = 5.0, environ: Mapping[str, str] | None = None) -> None:
        # LXC's containers are seen in the processes of the whole machine: other tests may run some meanwhile.
        here = (root / "var/lib/lxc").exists()
        heard = read_runtimes(root, timeout, environ or {})
        self.heard: list[Heard] = [one for one in heard if here or not one.command.startswith("lxc-")]
        self.unknowns: list[Missing] = [each for heard in self.heard for each in heard.unknowns]

    def rows(self, kind: type[_Row]) -> list[_Row]:
        """Return the rows of one type."""
        return [row for heard in self.heard for row in heard.rows if isinstance(row, kind)]

    def containers(self, runtime: str) -> list[Container]:
        """Return the containers of one runtime: LXC's are seen in the processes of the whole machine."""
        return [row for row in self.rows(Container) if row.runtime == runtime]


@contextmanager
def serving(path: Path, answer: Callable[[socket.socket], None]) -> Iterator[None]:
    """Listen on a socket, and have each connection answered by a function, as long as the block lasts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen(16)
    clients: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                clients.append(client)
                threading.Thread(target=_answered, args=(client, answer), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()
        thread.join(5)


def _answered(client: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    with contextlib.suppress(OSError):
        answer(client)
        client.shutdown(socket.SHUT_WR)


def http(answers: Mapping[str, bytes]) -> Callable[[socket.socket], None]:
    """Return what answers HTTP questions from a table; what is not in it does not exist."""

    def answer(client: socket.socket) -> None:
        reader = client.makefile("rb")
        while line := reader.readline():
            while reader.readline() not in {b"\r\n", b""}:
                pass
            body = answers.get(line.split()[1].decode())
            status = b"404 Not Found" if body is None else b"200 OK"
            body = body or b"{}"
            client.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))

    return answer


def silent(client: socket.socket) -> None:
    """Take questions and never answer."""
    while client.recv(4096):
        pass
