"""Queueing disciplines and the classifiers on them: RTM_GETQDISC, RTM_GETTFILTER (linux/rtnetlink.h; net/sched/)."""

import errno
from collections.abc import Iterable, Iterator, Mapping
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Attributes, Field, Message, items
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.sock import Netlink, NetlinkError, messages
from podpath.netlink.values import text
from podpath.state.link import Program, Qdisc

_RTM_GETTFILTER: Final = 46
_TCMSG: Final = Struct("=B3xiIII")  # struct tcmsg: family, index, handle, parent, info
_LAYOUT: Final = Message("B3xiIII", Field(1), Field(2))  # TCA_KIND, TCA_OPTIONS
TABLE: Final = Table(38, _TCMSG.pack(0, 0, 0, 0, 0), _LAYOUT)
"""All qdiscs of a namespace."""

# linux/pkt_sched.h: TC_H_ROOT, and the two hooks of clsact (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS).
_ROOT: Final = 0xFFFFFFFF
_INGRESS_HOOK, _EGRESS_HOOK = 0xFFFFFFF2, 0xFFFFFFF3
_OLD_INGRESS_HOOK: Final = 0xFFFF0000
_HOOKS: Final = {"clsact": (_INGRESS_HOOK, _EGRESS_HOOK), "ingress": (_OLD_INGRESS_HOOK,)}
# A kernel that has no classifiers holds none; a device may go in the meantime.
_NO_CLASSIFIERS: Final = frozenset((errno.EOPNOTSUPP, errno.ENODEV, errno.EINVAL))
_HOOK_NAMES: Final = {_INGRESS_HOOK: "tc ingress", _OLD_INGRESS_HOOK: "tc ingress"}
_LEAVES: Final = frozenset(
    [
        "noqueue",
        "pfifo_fast",
        "pfifo",
        "bfifo",
        "mq",
        "fq_codel",
        "fq",
        "codel",
        "sfq",
        "tbf",
        "netem",
        "cake",
        "red",
        "pie",
        "fq_pie",
    ]
)
_BPF: Final = Attributes({"actions": Field(1), "name": Field(7), "id": Field(11, "I")})
# Where each classifier keeps its actions: TCA_<KIND>_ACT.
_ACTIONS_AT: Final = {"basic": 3, "flower": 3, "matchall": 2, "u32": 7, "flow": 10, "cgroup": 1, "fw": 4, "route": 6, "bpf": 1}
_ACTION: Final = Attributes({"kind": Field(1)})


def _handle(number: int) -> str:
    minor = number & 0xFFFF
    return f"{number >> 16:x}:{minor:x}" if minor else f"{number >> 16:x}:"


def _parent(number: int) -> str | None:
    if number == _ROOT:
        return "root"
    return _handle(number) if number else None


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Qdisc]:
    """Yield each qdisc."""
    for _, index, handle, parent, _, kind, _ in messages:
        yield Qdisc(devices[index], text(kind) or "", _handle(handle), _parent(parent))


def _hooks(qdisc: Qdisc) -> tuple[int, ...]:
    """Return where a qdisc's classifiers are attached; a qdisc that only queues has none."""
    if qdisc.kind in _HOOKS:
        return _HOOKS[qdisc.kind]
    if qdisc.kind in _LEAVES or qdisc.handle in {None, "0:"}:
        return ()
    return (int((qdisc.handle or "").partition(":")[0], 16) << 16,)


def classifiers(socket: Netlink, qdiscs: Iterable[Qdisc], index_of: Mapping[str, int]) -> Iterator[Program]:
    """Yield the classifiers on qdiscs, which may drop, redirect or change packets.

    Args:
        socket: rtnetlink socket of the namespace.
        qdiscs: its qdiscs.
        index_of: indexes of its devices.

    Raises:
        NetlinkError: the kernel refuses.
    """
    for qdisc in qdiscs:
        for hook in _hooks(qdisc) if qdisc.dev in index_of else ():
            yield from _filters(socket, qdisc.dev, index_of[qdisc.dev], hook)


def _filters(socket: Netlink, dev: str, index: int, parent: int) -> Iterator[Program]:
    where = _HOOK_NAMES.get(parent, "tc egress")
    try:
        received = socket.dump(_RTM_GETTFILTER, _TCMSG.pack(0, index, 0, parent, 0))
    except NetlinkError as error:
        if error.errno in _NO_CLASSIFIERS:
            return
        raise
    seen = set()
    for _, _, _, _, _, kind, options in messages(received, _LAYOUT):
        name = text(kind) or ""
        data = _BPF.decode(options) if name == "bpf" else {}
        row = Program(dev, where, name, text(data.get("name")), data.get("id"), _action(name, options))
        if options is not None and row not in seen:  # a chain of one classifier is several messages, the first without options
            seen.add(row)
            yield row


def _action(kind: str, options: bytes | None) -> str | None:
    wanted = _ACTIONS_AT.get(kind)
    words = []
    for number, data in items(options):
        if number == wanted:
            words += [text(_ACTION.decode(action).get("kind")) or "" for _, action in items(data)]
    return ",".join(filter(None, words)) or None
