"""What netlink does not show of a namespace: ``/proc/sys`` and ``/proc/net``, read by a thread that is inside."""

import os
from collections.abc import Iterator
from typing import Final

from podpath.readers.proc_net_snmp import NO_EVENTS
from podpath.state.address import V4_BASE, Ip
from podpath.state.host import Counter, Socket, Sysctl

# Settings of a namespace as a whole. Those of each device, and some of `all`, come by netlink.
_FIRST: Final = 256
"""Number of bytes that is enough for almost every setting."""
SYSCTLS: Final[tuple[str, ...]] = (
    "net.ipv4.conf.all.accept_local",
    "net.ipv4.conf.all.arp_announce",
    "net.ipv4.conf.all.arp_filter",
    "net.ipv4.conf.all.arp_ignore",
    "net.ipv4.conf.all.route_localnet",
    "net.ipv4.conf.all.src_valid_mark",
    "net.ipv4.icmp_echo_ignore_all",
    "net.ipv4.ip_default_ttl",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_nonlocal_bind",
    "net.ipv6.conf.all.disable_ipv6",
    "net.ipv6.bindv6only",
    "net.ipv6.icmp.echo_ignore_all",
    "net.netfilter.nf_conntrack_count",
)
"""Settings that affect packets in every namespace."""

ROUTER_SYSCTLS: Final[tuple[str, ...]] = (
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.arp_accept",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.all.shared_media",
    "net.ipv4.fib_multipath_hash_policy",
    "net.ipv4.fwmark_reflect",
    "net.ipv4.ip_forward_use_pmtu",
    "net.ipv4.ip_no_pmtu_disc",
    "net.ipv4.tcp_l3mdev_accept",
    "net.ipv4.udp_l3mdev_accept",
    "net.ipv6.fib_multipath_hash_policy",
    "net.ipv6.ip_nonlocal_bind",
    "net.bridge.bridge-nf-call-arptables",
    "net.bridge.bridge-nf-call-ip6tables",
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-filter-vlan-tagged",
    "net.ipv4.vs.conntrack",
    "net.netfilter.nf_conntrack_max",
    "net.netfilter.nf_conntrack_tcp_be_liberal",
)
"""Settings that matter if packets are forwarded or bridged; each file takes longer the more namespaces there are."""

HOST_SYSCTLS: Final[tuple[str, ...]] = (
    "net.ipv4.neigh.default.gc_thresh1",
    "net.ipv4.neigh.default.gc_thresh2",
    "net.ipv4.neigh.default.gc_thresh3",
    "net.ipv4.ping_group_range",
    "net.ipv6.neigh.default.gc_thresh1",
    "net.ipv6.neigh.default.gc_thresh2",
    "net.ipv6.neigh.default.gc_thresh3",
    "net.netfilter.nf_conntrack_buckets",
)
"""Settings that are the same for all namespaces, or that are asked of the host alone."""

_COUNTERS: Final = ("snmp", "netstat")


def _folders(names: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Return the settings by their folder: a walk from /proc down costs more than the file, with many namespaces."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        folder, _, leaf = name.rpartition(".")
        found.setdefault(f"/proc/sys/{folder.replace('.', '/')}", []).append((leaf, name))
    return found


_BY_FOLDER: Final = {names: _folders(names) for names in (SYSCTLS, ROUTER_SYSCTLS, HOST_SYSCTLS)}


def sysctls(names: tuple[str, ...]) -> Iterator[Sysctl]:
    """Yield settings that this kernel has; one that it has not (a module that is not loaded) has no row.

    Raises:
        OSError: one may not be read.
    """
    for folder, leaves in (_BY_FOLDER.get(names) or _folders(names)).items():
        try:
            at = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            for leaf, name in leaves:
                value = _value(at, leaf)
                if value is not None:
                    yield Sysctl(name, value)
        finally:
            os.close(at)


def _value(folder: int, leaf: str) -> str | None:
    try:
        descriptor = os.open(leaf, os.O_RDONLY | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    try:
        value = part = os.read(descriptor, _FIRST)
        while len(part) == _FIRST:  # a list of ports may be long
            part = os.read(descriptor, _FIRST)
            value += part
        return " ".join(value.decode().split())
    finally:
        os.close(descriptor)


def read_net(name: str) -> str | None:
    """Return a file of the calling thread's ``/proc/net``, or None if the kernel has none of this name.

    Raises:
        OSError: it may not be read.
    """
    try:
        with open(f"/proc/thread-self/net/{name}", "rb", buffering=0) as file:
            return (file.readall() or b"").decode("ascii", errors="replace")
    except FileNotFoundError:
        return None


def counters() -> Iterator[Counter]:
    """Yield the protocol counters that are not zero.

    Raises:
        OSError: they may not be read.
    """
    for name in _COUNTERS:
        lines = (read_net(name) or "").splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=False):
            group, *columns = names.split()
            for column, value in zip(columns, values.split()[1:], strict=False):
                if value != "0" and (counter := group[:-1] + column) not in NO_EVENTS:
                    yield Counter(counter, int(value))
    for line in (read_net("snmp6") or "").splitlines():
        name, value = line.split()
        if value != "0":
            yield Counter(name, int(value))


_LISTEN: Final = "0A"
_UNCONNECTED: Final = "07"


def _end(text: str) -> tuple[Ip | None, int]:
    """Read an address of ``/proc/net/tcp``: 32-bit words, each in the machine's byte order, then the port."""
    address, _, port = text.partition(":")
    words = bytes.fromhex(address)
    data = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
    value = int.from_bytes(data)
    if len(data) == 4:  # noqa: PLR2004 - bytes of an IPv4 address
        return (Ip(V4_BASE + value) if value else None), int(port, 16)
    return Ip(value), int(port, 16)


def sockets(proto: str, owners: dict[int, str]) -> Iterator[Socket]:
    """Yield TCP's listeners, or the sockets of UDP, where the kernel's sock_diag is not there to be asked.

    Whether an IPv6 socket of any address takes IPv4 too is not shown here: it stands as ``::``.

    Raises:
        OSError: ``/proc`` is not mounted.
    """
    for family, name in ((4, proto), (6, f"{proto}6")):
        for line in (read_net(name) or "").splitlines()[1:]:
            fields = line.split()
            state = fields[3]
            if state != _LISTEN and proto == "tcp":
                continue
            local, port = _end(fields[1])
            remote, remote_port = _end(fields[2])
            sent, _, received = fields[4].partition(":")
            word = "LISTEN" if state == _LISTEN else "UNCONN" if state == _UNCONNECTED else "ESTAB"
            yield Socket(
                proto, word, family, local, port, remote if remote_port else None, remote_port or None, None,
                owners.get(int(fields[9])), int(received, 16), None if proto == "tcp" else int(sent, 16),
            )  # fmt: skip
