"""Hypothetical changes (``--what-if``): an ``ip``, ``bridge`` or ``sysctl`` command, applied to a copy of a namespace's rows.

``ip route add …`` is tried on the node's own namespace; ``n1: ip …`` says which node, ``ip -n NAME …`` or
``ip netns exec NAME …`` which namespace. A fix is understood as a trace prints it: ``on n1: ip netns exec NAME ip …``.
"""

import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.address import V4, Ip, family_of, last_ip, parse_ip, parse_mac, parse_prefix
from podpath.state.fdb import FdbEntry
from podpath.state.host import Sysctl
from podpath.state.link import Address, BridgePort, Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route, Rule
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError
from podpath.walk.namespace import Change, Entry
from podpath.walk.tables import Tables
from podpath.walk.what_if.edits import edited, numbers, rows_of, together
from podpath.walk.what_if.kernel_reacts import STAGES
from podpath.wiring.places import entered

_KEYS: Final = frozenset(
    (
        "via",
        "dev",
        "table",
        "metric",
        "src",
        "mtu",
        "proto",
        "scope",
        "lladdr",
        "nud",
        "dst",
        "vlan",
        "master",
        "peer",
        "label",
        "brd",
        "broadcast",
        "address",
        "name",
        "priority",
        "pref",
        "order",
        "from",
        "to",
        "iif",
        "oif",
        "fwmark",
        "ipproto",
        "sport",
        "dport",
        "lookup",
        "hairpin",
        "isolated",
        "learning",
        "flood",
        "state",
        "tos",
        "suppress_prefixlength",
        "port",
        "vni",
    )
)
_PLACED: Final = re.compile(r"(?:(?:[a-z, ]+ )?on )?(\S+): (.+?)(?:   \(.*\))?")
"""``n1: COMMAND``, or a fix as a trace prints it: ``or on n1: COMMAND   (a remark)``."""
_TYPES: Final = frozenset(("unicast", "local", "blackhole", "unreachable", "prohibit", "throw", "broadcast"))


def changes(store: Store, commands: Sequence[str]) -> dict[int, list[Change]]:
    """Return what commands would change, by namespace.

    Raises:
        EndpointError: a command is not understood, or where it would run is not clear.
    """
    found: dict[int, list[Change]] = defaultdict(list)
    tables = Tables(store)
    for command in commands:
        ns, words = _where(store, command)
        before = Cluster(store, {there: list(own) for there, own in found.items()}, tables=tables)
        try:
            found[ns].append(_change(words))
        except (ValueError, IndexError, KeyError) as error:
            raise EndpointError(
                tr("--what-if: podpath cannot read `{command}` ({error})", command=command, error=error)
            ) from None
        for follows in STAGES:
            for there, change in list(follows(before, Cluster(store, found, tables=tables), ns)):
                found[there].append(change)
    return found


def _where(store: Store, command: str) -> tuple[int, list[str]]:
    placed = _PLACED.fullmatch(command)
    node, typed = placed.groups(default="") if placed is not None else ("", command)
    try:
        words = shlex.split(typed)
    except ValueError as error:
        raise EndpointError(f"--what-if: `{command}`: {error}") from None
    name, words = entered(words[1:] if words[:1] == ["sudo"] else words)
    rows = store.raw("SELECT s.ns, s.kind, coalesce(s.name, ''), d.name FROM netns s JOIN node d USING (node) ORDER BY s.ns")
    fitting = [ns for ns, kind, its, of in rows if (not node or of == node) and ((its == name) if name else (kind == "host"))]
    if len(fitting) != 1:
        places = ", ".join(sorted({of for *_, of in rows})[:8])
        raise EndpointError(
            tr(
                "--what-if: say where `{command}` should run, as `NODE: {words}` or `NODE: ip -n NAME …`; nodes: {places}",
                command=command,
                words=" ".join(words),
                places=places,
            )
        )
    return fitting[0], words


def _change(words: list[str]) -> Change:
    tool = words[0].rpartition("/")[2]
    if tool == "sysctl":
        return _sysctl(words[1:])
    rest = [word for word in words[1:] if word not in {"-4", "-6", "-d", "-o", "-s"}]
    if tool == "ip":
        for names, make in (
            ("route", _route),
            ("address", _address),
            ("link", _link),
            ("neighbour", _neighbour),
            ("rule", _rule),
        ):
            if names.startswith(rest[0]) or (rest[0] == "neigh" and names == "neighbour"):
                return make(rest[1], rest[2:], 6 if "-6" in words else 4)
    if tool == "bridge":
        if rest[0] == "fdb":
            return _fdb(rest[1], rest[2:])
        if rest[0] == "link":
            return _bridge_link(rest[2:])
    raise ValueError(tr("only ip route|address|link|neigh|rule, bridge fdb|link and sysctl are"))


def _options(words: Iterable[str]) -> tuple[list[str], dict[str, str], set[str]]:
    """Split words into those that stand alone, those with a value, and flags."""
    alone: list[str] = []
    values: dict[str, str] = {}
    flags: set[str] = set()
    stream = iter(words)
    for word in stream:
        if word in _KEYS:
            values[word] = next(stream, "")
            if not values[word]:
                raise ValueError(tr("{word} needs a value", word=word))
        elif word in {
            "up",
            "down",
            "onlink",
            "nomaster",
            "permanent",
            "static",
            "dynamic",
            "self",
            "nodad",
            "proxy",
            "append",
            "not",
        }:
            flags.add(word)
        else:
            alone.append(word)
    return alone, values, flags


def _sysctl(words: list[str]) -> Change:
    text = " ".join(word for word in words if word not in {"-w", "-q"})
    name, equals, value = text.partition("=")
    name, value = name.strip().replace("/", ".") if "." not in name else name.strip(), value.strip()
    if not equals or not value:
        raise ValueError("sysctl NAME=VALUE")
    names = {name}
    # Writing the common setting writes all others (devinet_conf_proc, addrconf_fixup_forwarding).
    everywhere = {
        "net.ipv4.ip_forward": "net.ipv4.conf.",
        "net.ipv4.conf.all.forwarding": "net.ipv4.conf.",
        "net.ipv6.conf.all.forwarding": "net.ipv6.conf.",
    }.get(name)

    def keep(row: Sysctl) -> bool:
        return row.name not in names

    change = rows_of(Sysctl, keep, [Sysctl(one, value) for one in sorted(names)])
    if everywhere is None:
        return change
    both = {"net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"} if everywhere == "net.ipv4.conf." else {name}
    names |= both
    return together(
        rows_of(Sysctl, keep, [Sysctl(one, value) for one in sorted(names)]),
        edited(Sysctl, lambda row: row.name.startswith(everywhere) and row.name.endswith(".forwarding"), value=value),
    )


def _route(action: str, words: list[str], family: int) -> Change:
    alone, values, flags = _options(words)
    kind = alone.pop(0) if alone and alone[0] in _TYPES else "unicast"
    prefix = alone[0] if alone else values["to"]
    via = parse_ip(values["via"].removeprefix("inet6 ")) if "via" in values else None
    if prefix in {"default", "any"}:
        family = family_of(via) if via is not None else family
        dst, length = Ip(parse_ip("0.0.0.0") if family == V4 else 0), 0  # noqa: S104 - a route's prefix, no socket
    else:
        family, dst, length = parse_prefix(prefix)
    table, metric = values.get("table", "main"), int(values["metric"]) if "metric" in values else None

    def same(row: Route) -> bool:
        return (row.family, row.table, row.dst, row.dst_len) == (family, table, dst, length) and (
            metric is None or metric == (row.metric or 0)
        )

    scope = "host" if kind == "local" else "global" if via is not None else "link"
    if action == "del":
        return rows_of(
            Route, lambda row: not (same(row) and values.get("dev", row.dev) == row.dev and (via or row.via) == row.via)
        )
    new = Route(
        family,
        table,
        kind,
        dst,
        length,
        via,
        values.get("dev"),
        "static",
        values.get("scope", scope),
        parse_ip(values["src"]) if "src" in values else None,
        metric,
        "onlink" if "onlink" in flags else None,
        mtu=int(values["mtu"]) if "mtu" in values else None,
    )
    if action in {"replace", "change"}:
        return _found_device(new, lambda row: not same(row))
    if action in {"add", "append"}:
        return _found_device(new, lambda _: True)
    raise ValueError("ip route add, append, replace, change or del")


def _found_device(new: Route, keep: Callable[[Route], bool]) -> Change:
    """Return a change that adds a route; its device is that of the gateway's own route where the command names none."""

    def change(asked: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        if asked is not Route:
            return rows
        row = new
        if new.dev is None and new.via is not None:
            nearest = [h.row for h in rows if h.row.via is None and h.row.type == "unicast" and _inside(h.row, new.via)]
            row = new._replace(dev=max(nearest, key=lambda one: one.dst_len).dev if nearest else None)
        return [*(held for held in rows if keep(held.row)), Entry(row, "route", -next(numbers))]

    return change


def _inside(row: Route, ip: Ip) -> bool:
    return row.family == family_of(ip) and row.dst <= ip <= last_ip(row.family, row.dst, row.dst_len)


def _address(action: str, words: list[str], family: int) -> Change:
    alone, values, flags = _options(words)
    family, address, length = parse_prefix(alone[0])
    dev = values["dev"]

    def other(row: Address) -> bool:
        return (row.dev, row.address) != (dev, address)

    if action == "del":
        return rows_of(Address, other)
    kept = "noprefixroute" if "noprefixroute" in {*flags, *alone} else None
    return rows_of(Address, other, [Address(dev, family, address, length, values.get("scope", "global"), kept)])


def _link(action: str, words: list[str], family: int) -> Change:
    del family
    alone, values, flags = _options([word for word in words if word != "dev" or words.index("dev") != 0])
    if action != "set":
        raise ValueError("ip link set")
    name = alone[0] if alone else values["dev"]
    edits: dict[str, object] = {}
    if flags & {"up", "down"}:
        edits["up"] = "up" in flags
    if "mtu" in values:
        edits["mtu"] = int(values["mtu"])
    if "address" in values:
        edits["mac"] = parse_mac(values["address"])
    if "nomaster" in flags or "master" in values:
        edits["master"] = values.get("master")
    if not edits:
        raise ValueError("ip link set DEV up, down, mtu, address, master or nomaster")
    return edited(Link, lambda row: row.name == name, **edits)


def _neighbour(action: str, words: list[str], family: int) -> Change:
    del family
    alone, values, flags = _options(words)
    address, dev = parse_ip(alone[0] if alone else values["to"]), values["dev"]

    def keep(row: Neighbour) -> bool:
        return (row.dev, row.address) != (dev, address)

    if action in {"del", "flush"}:
        return rows_of(Neighbour, keep)
    state = values.get("nud", "permanent").upper()
    mac = parse_mac(values["lladdr"]) if "lladdr" in values else None
    proxy = "proxy" if "proxy" in flags or "proxy" in alone else None
    return rows_of(Neighbour, keep, [Neighbour(dev, family_of(address), address, mac, state, proxy)])


def _fdb(action: str, words: list[str]) -> Change:
    alone, values, flags = _options(words)
    mac, dev = parse_mac(alone[0]), values["dev"]
    dst = parse_ip(values["dst"]) if "dst" in values else None

    def same(row: FdbEntry) -> bool:
        return (row.mac, row.dev) == (mac, dev) and (dst is None or action == "replace" or row.dst == dst)

    if action == "del":
        return rows_of(FdbEntry, lambda row: not same(row))
    state = "static" if flags & {"static", "dynamic"} else "permanent"
    new = FdbEntry(dev, mac, dst, flags="self" if dst is not None else None, state=state)

    def change(asked: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        if asked is not FdbEntry:
            return rows
        kept = rows if action in {"add", "append"} else [held for held in rows if not same(held.row)]
        return [*kept, Entry(new, "fdb", -next(numbers))]

    return change


def _bridge_link(words: list[str]) -> Change:
    _, values, _ = _options(words)
    states = ("disabled", "listening", "learning", "forwarding", "blocking")
    edits: dict[str, object] = {
        name: values[name] == "on" for name in ("hairpin", "isolated", "learning", "flood") if name in values
    }
    if "state" in values:
        edits["state"] = states[int(values["state"])] if values["state"].isdecimal() else values["state"]
    dev = values["dev"]
    return edited(BridgePort, lambda row: row.name == dev, **edits)


def _rule(action: str, words: list[str], family: int) -> Change:
    _, values, flags = _options(words)
    priority = int(values.get("priority") or values.get("pref") or values.get("order") or 32765)
    src = parse_prefix(values["from"]) if values.get("from") not in {None, "all"} else None
    dst = parse_prefix(values["to"]) if values.get("to") not in {None, "all"} else None
    family = (src or dst or (family,))[0]
    if action == "del":
        return rows_of(Rule, lambda row: not (row.family == family and row.priority == priority))
    table = values.get("table") or values.get("lookup")
    mark, _, mask = values.get("fwmark", "").partition("/")
    alone = next((word for word in words if word in {"blackhole", "unreachable", "prohibit"}), None)
    new = Rule(
        family, priority, alone or "lookup", table, inverted="not" in flags,
        src=src[1] if src else None, src_len=src[2] if src else None,
        dst=dst[1] if dst else None, dst_len=dst[2] if dst else None, iif=values.get("iif"), oif=values.get("oif"),
        fwmark=int(mark, 0) if mark else None, fwmask=int(mask, 0) if mask else None,
        ipproto=values.get("ipproto"), sport=values.get("sport"), dport=values.get("dport"),
    )  # fmt: skip
    return rows_of(Rule, lambda _: True, [new])
