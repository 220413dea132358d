"""A network namespace to fill with real commands, and to read by netlink and by the tools."""

import os
import secrets
import shlex
import subprocess
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import orjson
import pytest

from podpath.netlink import link
from podpath.netlink.namespace import Visitor
from podpath.netlink.route_socket import NETLINK_ROUTE, Decoder, Devices, Table, dump
from podpath.netlink.sock import Netlink
from podpath.readers.registry import readers

T = TypeVar("T")


class Space:
    """A namespace of its own, gone at the end."""

    def __init__(self) -> None:
        self.name = f"pp-{os.getpid() % 10000}{secrets.token_hex(2)}"
        self.devices = Devices()

    def __enter__(self) -> Self:
        run("ip", "netns", "add", self.name)
        self.do("ip link set lo up")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        run("ip", "netns", "del", self.name)

    def do(self, *commands: str) -> str:
        """Run commands inside, and return what the last one printed."""
        text = ""
        for command in commands:
            text = run("ip", "netns", "exec", self.name, *shlex.split(command))
        return text

    def run(self, *words: str) -> str:
        """Run one command inside, its words as they are."""
        return run("ip", "netns", "exec", self.name, *words)

    def batch(self, lines: str) -> None:
        """Run lines of ``ip -batch`` inside."""
        done = subprocess.run(
            ("ip", "-n", self.name, "-batch", "-"), input=lines, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr

    def do_or_skip(self, command: str) -> None:
        """Run a command that needs a driver; a kernel without it skips the test."""
        try:
            self.do(command)
        except AssertionError as error:
            pytest.skip(f"this kernel cannot: {command} ({str(error).splitlines()[-1]})")

    def inside(self, work: Callable[[], T]) -> T:
        """Do work in a thread that is inside."""
        with Visitor() as visitor:
            descriptor = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
            try:
                return visitor.inside(descriptor, work)
            finally:
                os.close(descriptor)

    def socket(self, protocol: int = NETLINK_ROUTE) -> Netlink:
        """Return a netlink socket of the namespace."""
        return self.inside(lambda: Netlink(protocol))

    def links(self) -> list[NamedTuple]:
        """Return all that RTM_GETLINK says; the devices' names are known after that."""
        with self.socket() as socket:
            return list(link.rows(dump(socket, link.TABLE), self.devices))

    def table(self, decode: Decoder, *tables: Table) -> list[Any]:
        """Return the rows of tables."""
        self.links()
        with self.socket() as socket:
            return [row for table in tables for row in decode(dump(socket, table), self.devices)]

    def read(self, command: str) -> list[Any]:
        """Return the rows that the reader of a command makes of its JSON."""
        words = command.split()
        document = orjson.loads(self.do(command) or "[]")
        for reader in readers():
            if reader.read_json is not None and reader.accepts(words) is not None:
                return [row for _, row in reader.read_json(words, document)]
        raise AssertionError(command)


def run(*words: str) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def of_type(kind: type[T], rows: Sequence[object]) -> list[T]:
    """Return the rows of one type, in a stable order."""
    return sorted((row for row in rows if isinstance(row, kind)), key=repr)
