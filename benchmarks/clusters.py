"""Makes clusters of any size, as snapshots or as the text that people paste, and damages them."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from podpath.snapshot.store import Store
from podpath.state.address import ip_text, mac_text, parse_ip

V4 = 0xFFFF_0000_0000
UNDERLAY = parse_ip("192.168.0.1")
PODS = parse_ip("10.0.0.0")
MACS = 0x0A58_0000_0000
PORT, VNI = 8472, 1


class Damage(NamedTuple):
    """One wrong entry.

    Attributes:
        kind: what was done.
        node: number of the node it was done on, from 0.
        peer: number of the node it concerns.
        sql: the statement that does it.
    """

    kind: str
    node: int
    peer: int
    sql: str


def write_snapshot(path: Path, nodes: int) -> None:
    """Write the snapshot of a healthy full mesh of flannel nodes.

    Args:
        path: the file; must not exist.
        nodes: number of nodes; each gets a route, a neighbour and a forwarding entry for every other.
    """
    with Store(path) as store:
        run = store.connection.execute
        run("SET threads = 2")
        run("SET preserve_insertion_order = true")
        run(f"CREATE TEMP TABLE n AS SELECT i::BIGINT AS i, {PODS}::UHUGEINT + i * 256 AS pods, {UNDERLAY}::UHUGEINT + i AS ip,"
            f" {MACS}::UBIGINT + i AS mac FROM range({nodes}) t(i)")  # fmt: skip
        run("INSERT INTO node SELECT i + 1, 'node-' || i, NULL, NULL FROM n")
        run("INSERT INTO netns (ns, node, kind, name, inferred) SELECT i + 1, i + 1, 'host', NULL, NULL FROM n")
        run("INSERT INTO link SELECT i + 1, 0, 0, 'flannel.1', 4, 'vxlan', mac, 1450, true, true, 'UNKNOWN',"
            " 'BROADCAST,MULTICAST,UP,LOWER_UP', NULL, NULL, NULL, NULL, NULL FROM n")  # fmt: skip
        run(f"INSERT INTO vxlan SELECT i + 1, 0, 0, 'flannel.1', {VNI}, {PORT}, ip, 'eth0', NULL, false, false FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'flannel.1', 4, pods, 32, 'global', NULL, NULL, NULL FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'eth0', 4, ip, 16, 'global', NULL, NULL, NULL FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'cni0', 4, pods + 1, 24, 'global', NULL, NULL, NULL FROM n")
        run("INSERT INTO coverage SELECT i + 1, 0, 0, t, NULL, NULL, NULL, 'yes' FROM n,"
            " (SELECT unnest(['link', 'vxlan', 'address', 'route', 'neighbour', 'fdb']) AS t)")  # fmt: skip
        run("INSERT INTO route SELECT a.i + 1, 0, 0, 4, 'main', 'unicast', b.pods, 24, b.pods, 'flannel.1', NULL, NULL, NULL,"
            " NULL, 'onlink', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM n a, n b"
            " WHERE a.i <> b.i ORDER BY a.i, b.i")  # fmt: skip
        run("INSERT INTO neighbour SELECT a.i + 1, 0, 0, 'flannel.1', 4, b.pods, b.mac, 'PERMANENT', NULL"
            " FROM n a, n b WHERE a.i <> b.i ORDER BY a.i, b.i")  # fmt: skip
        run("INSERT INTO fdb SELECT a.i + 1, 0, 0, 'flannel.1', b.mac, b.ip, NULL, NULL, 'permanent', 'self', NULL, NULL, NULL,"
            " NULL FROM n a, n b WHERE a.i <> b.i ORDER BY a.i, b.i")  # fmt: skip


def damages(nodes: int, count: int, seed: int) -> Iterator[Damage]:
    """Yield random damages, each of another pair of nodes."""
    choose = random.Random(seed)
    used: set[tuple[int, int]] = set()
    while len(used) < count:
        a, b, c = choose.sample(range(nodes), 3)
        if (a, b) in used:
            continue
        used.add((a, b))
        pods, mac, ip = PODS + b * 256, MACS + b, UNDERLAY + b
        here = f"ns = {a + 1}"
        yield choose.choice([
            Damage("route missing", a, b, f"DELETE FROM route WHERE {here} AND dst = {pods}"),
            Damage("route next hop", a, b, f"UPDATE route SET via = {PODS + c * 256} WHERE {here} AND dst = {pods}"),
            Damage("route device", a, b, f"UPDATE route SET dev = 'eth0' WHERE {here} AND dst = {pods}"),
            Damage("neighbour missing", a, b, f'DELETE FROM neighbour WHERE {here} AND "address" = {pods}'),
            Damage("neighbour MAC", a, b, f'UPDATE neighbour SET mac = {MACS + c} WHERE {here} AND "address" = {pods}'),
            Damage("fdb missing", a, b, f"DELETE FROM fdb WHERE {here} AND mac = {mac}"),
            Damage("fdb MAC", a, b, f"UPDATE fdb SET mac = {MACS + 0x100_0000 + b} WHERE {here} AND mac = {mac}"),
            Damage("fdb destination", a, b, f"UPDATE fdb SET dst = {UNDERLAY + c} WHERE {here} AND dst = {ip}"),
        ])  # fmt: skip


def node_text(node: int, nodes: int) -> Iterator[str]:
    """Yield the lines that a node of the same cluster prints."""

    def pods(i: int) -> str:
        return ip_text(parse_ip(ip_text(PODS)).__class__(PODS + i * 256))

    mac = mac_text(MACS + node)  # type: ignore[arg-type]
    yield f"[root@node-{node} ~]# ip -d address"
    yield "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000"
    yield f"    inet {ip_text(UNDERLAY + node)}/16 scope global eth0"  # type: ignore[arg-type]
    yield "5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default"
    yield f"    link/ether {mac} brd ff:ff:ff:ff:ff:ff promiscuity 0"
    yield f"    vxlan id {VNI} local {ip_text(UNDERLAY + node)} dev eth0 srcport 0 0 dstport {PORT} nolearning ttl auto"  # type: ignore[arg-type]
    yield f"    inet {pods(node)}/32 scope global flannel.1"
    others = [i for i in range(nodes) if i != node]
    yield f"[root@node-{node} ~]# ip route"
    yield from (f"{pods(i)}/24 via {pods(i)} dev flannel.1 onlink" for i in others)
    yield f"[root@node-{node} ~]# ip neigh show dev flannel.1"
    yield from (f"{pods(i)} lladdr {mac_text(MACS + i)} PERMANENT" for i in others)  # type: ignore[arg-type]
    yield f"[root@node-{node} ~]# bridge fdb show dev flannel.1"
    yield from (
        f"{mac_text(MACS + i)} dst {ip_text(UNDERLAY + i)} self permanent"  # type: ignore[arg-type]
        for i in others
    )
