"""What runs on another node: it watches the kernel and sends packets there, as lines of JSON on standard input ask it to.

It is sent over ssh with the modules that it needs (:mod:`podpath.probe.agent_text`), and runs on any Python from 3.6 on, so
nothing newer is used here. It writes no file, starts no program, and ends when its input does, or after a minute of silence.
"""

import base64
import json
import mmap
import os
import signal
import struct
import sys
import time
from typing import Any, BinaryIO, Final

from podpath.netlink.libc import call
from podpath.probe import bpf
from podpath.probe.btf import Btf, load
from podpath.probe.flow import Flow
from podpath.probe.obstacle import ObstacleError
from podpath.probe.ring import Ring
from podpath.probe.sender import Sender, Target

VERSION: Final = 1
"""Version of the conversation."""
_SILENCE: Final = 90
_CLONE_NEWNET: Final = 0x40000000
_LOAD_64: Final = 0x18
_INSTRUCTION: Final = 8
_CHUNK: Final = 100
_MOST: Final = 20000


class Agent:
    """One conversation.

    Args:
        orders: where lines of JSON come from.
        answers: where lines of JSON go.
    """

    def __init__(self, orders: BinaryIO, answers: BinaryIO) -> None:
        self._orders, self._answers = orders, answers
        self._spaces: dict[int, int] = {}
        self._sender: Sender | None = None
        self._kept: list[int] = []
        self._ring: Ring | None = None
        self._lost: mmap.mmap | None = None

    def run(self) -> None:
        """Do what is asked until it is over."""
        work = {
            "hello": self._hello,
            "clock": self._clock,
            "prepare": self._prepare,
            "watch": self._watch,
            "send": self._send,
            "stop": self._stop,
        }
        while True:
            signal.alarm(_SILENCE)  # whose default is to end the process
            line = self._orders.readline()
            if not line:
                return
            order = json.loads(line.decode())
            try:
                work[order["kind"]](order)
            except PermissionError as error:
                self._say("failed", detail=f"it is not root there ({error.strerror}); --sudo makes it so")
            except OSError as error:
                self._say("failed", detail=str(error.strerror or error))
            if order["kind"] == "stop":
                return

    def _say(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON
        fields["kind"] = kind
        self._answers.write((json.dumps(fields) + "\n").encode())
        self._answers.flush()

    def _obstacle(self, error: ObstacleError) -> None:
        self._say("obstacle", obstacle=str(error.obstacle.value), detail=error.detail)

    def _hello(self, order: dict[str, Any]) -> None:
        """Say what the kernel is like, and which of the namespaces that are wanted are here."""
        spaces = {}
        for wanted in order["spaces"]:
            descriptor = _opened(wanted["inode"], wanted["paths"])
            if descriptor is not None:
                inode = os.fstat(descriptor).st_ino
                self._spaces[inode] = descriptor
                spaces[wanted["label"]] = inode
        self._say("spaces", version=VERSION, spaces=spaces)
        try:
            btf = load()
            self._say("facts", **_facts(btf, order))
        except ObstacleError as error:
            self._obstacle(error)

    def _clock(self, order: dict[str, Any]) -> None:
        self._say("clock", number=order["number"], time=int(time.monotonic() * 1e9))

    def _inside(self, inode: int) -> None:
        call("setns", self._spaces[inode], _CLONE_NEWNET)

    def _prepare(self, order: dict[str, Any]) -> None:
        """Open the sockets of the packets, in the namespace that sends them."""
        self._inside(order["space"])
        flow = dict(order["flow"], mark=base64.b64decode(order["flow"]["mark"]))
        self._sender = Sender(Flow(**flow), Target(**order["target"]))
        for number in range(order["packets"]):
            self._sender.prepare(number)
        self._say("prepared", ports=sorted(self._sender.ports.values()))

    def _watch(self, order: dict[str, Any]) -> None:
        """Load programs and attach them."""
        try:
            ring, lost = bpf.ring_buffer(order["ring"]), bpf.counters(1)
            self._kept += [ring, lost]
            for program in order["programs"]:
                code = _relocated(base64.b64decode(program["code"]), ring, lost)
                self._kept.append(bpf.program(code, order["licence"].encode(), program["tracepoint"]))
                self._kept.append(bpf.attach(self._kept[-1]))
            self._ring = Ring(ring, order["ring"])
            self._lost = mmap.mmap(lost, mmap.PAGESIZE, mmap.MAP_SHARED, mmap.PROT_READ)
            self._say("ready")
        except ObstacleError as error:
            self._obstacle(error)

    def _send(self, order: dict[str, Any]) -> None:
        """Send the packets, and say what the sender got."""
        sender = self._sender
        if sender is None:
            return
        sender.flow = sender.flow._replace(ports=tuple(order["ports"]), served=tuple(order["served"]))
        numbers = sorted(sender.waiting())
        for number in numbers:
            sender.send(number)
            sender.gather(order["interval"])
        sender.gather(order["wait"])
        sender.give_up()
        results = [[number, one.error, one.microseconds] for number, one in sorted(sender.results.items())]
        self._say("results", results=results)

    def _stop(self, _: dict[str, Any]) -> None:
        """Say what was seen, with the names of its devices and functions."""
        found = list(self._ring.records()) if self._ring is not None else []
        records = found[:_MOST]
        for at in range(0, len(records), _CHUNK):
            self._say("seen", records=[base64.b64encode(record).decode() for record in records[at : at + _CHUNK]])
        self._say("names", devices=self._devices(records))
        lost = struct.unpack_from("=Q", self._lost)[0] if self._lost is not None else 0
        self._say("end", lost=lost + len(found) - len(records))

    def _devices(self, records: list[bytes]) -> list[list[Any]]:
        """Return the names of the devices in records: namespace, number, name."""
        import socket

        found = []
        for inode, number in sorted({struct.unpack_from("=II", record, 28)[::-1] for record in records}):
            if inode in self._spaces and number:
                try:
                    self._inside(inode)
                    found.append([inode, number, socket.if_indextoname(number)])
                except OSError:
                    continue
        return found


def _facts(btf: Btf, order: dict[str, Any]) -> dict[str, Any]:
    """Return what programs for this kernel must know, and the names of its drop reasons."""
    enums = {name: btf.enum(name) if btf.has_enum(name) else {} for name in order["enums"]}
    return {
        "members": [btf.member(structure, path).offset for structure, path in order["members"]],
        "tracepoints": [list(btf.tracepoint(name)) for name in order["tracepoints"]],
        "enums": {name: sorted(values.items()) for name, values in enums.items()},
    }


def _opened(inode: int | None, paths: list[str]) -> int | None:
    """Return a descriptor of a namespace: by what leads to it, or by its number."""
    candidates = list(paths)
    if inode is not None:
        candidates += [f"/proc/{name}/ns/net" for name in _listed("/proc") if name.isdigit()]
        candidates += [f"/run/netns/{name}" for name in _listed("/run/netns")]
    for path in candidates:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        if inode is None or os.fstat(descriptor).st_ino == inode:
            return descriptor
        os.close(descriptor)
    return None


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - thousands of them
    except OSError:
        return []


def _relocated(code: bytes, ring: int, lost: int) -> bytes:
    """Return a program with this process's descriptors where it loads the ring buffer (kind 1) or the counter (kind 2)."""
    made = bytearray(code)
    at = 0
    while at < len(made):
        kind = made[at + 1] >> 4
        wide = made[at] == _LOAD_64
        if wide and kind in {1, 2}:
            struct.pack_into("=i", made, at + 4, ring if kind == 1 else lost)
        at += 2 * _INSTRUCTION if wide else _INSTRUCTION
    return bytes(made)


def main() -> None:
    """Talk over standard input and output."""
    Agent(sys.stdin.buffer, sys.stdout.buffer).run()
