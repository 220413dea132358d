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
        run(
            f"CREATE TEMP TABLE n AS SELECT i::BIGINT AS i, {PODS}::UHUGEINT + i * 256 AS pods, {UNDERLAY}::UHUGEINT + i AS ip,"
            f" {MACS}::UBIGINT + i AS mac FROM range({nodes}) t(i)"
        )
        run("INSERT INTO node SELECT i + 1, 'node-' || i, NULL, NULL FROM n")
        run("INSERT INTO netns (ns, node, kind, name, inferred) SELECT i + 1, i + 1, 'host', NULL, NULL FROM n")
        run(
            "INSERT INTO link (ns, source, line, name, ifindex, kind, mac, mtu, up, carrier, operstate, flags)"
            " SELECT i + 1, 0, 0, 'flannel.1', 4, 'vxlan', mac, 1450, true, true, 'UNKNOWN', 'BROADCAST,MULTICAST,UP,LOWER_UP' FROM n"
        )
        run(f"INSERT INTO vxlan SELECT i + 1, 0, 0, 'flannel.1', {VNI}, {PORT}, ip, 'eth0', NULL, false, false, NULL FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'flannel.1', 4, pods, 32, 'global', NULL, NULL, NULL FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'eth0', 4, ip, 16, 'global', NULL, NULL, NULL FROM n")
        run("INSERT INTO address SELECT i + 1, 0, 0, 'cni0', 4, pods + 1, 24, 'global', NULL, NULL, NULL FROM n")
        run(
            "INSERT INTO coverage SELECT i + 1, 0, 0, t, NULL, NULL, NULL, 'yes' FROM n,"
            " (SELECT unnest(['link', 'vxlan', 'address', 'route', 'neighbour', 'fdb']) AS t)"
        )
        run(
            "INSERT INTO route SELECT a.i + 1, 0, 0, 4, 'main', 'unicast', b.pods, 24, b.pods, 'flannel.1', NULL, NULL, NULL,"
            " NULL, 'onlink', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM n a, n b"
            " WHERE a.i <> b.i ORDER BY a.i, b.i"
        )
        run(
            "INSERT INTO neighbour SELECT a.i + 1, 0, 0, 'flannel.1', 4, b.pods, b.mac, 'PERMANENT', NULL"
            " FROM n a, n b WHERE a.i <> b.i ORDER BY a.i, b.i"
        )
        run(
            "INSERT INTO fdb SELECT a.i + 1, 0, 0, 'flannel.1', b.mac, b.ip, NULL, NULL, 'permanent', 'self', NULL, NULL, NULL,"
            " NULL FROM n a, n b WHERE a.i <> b.i ORDER BY a.i, b.i"
        )


def add_pods(path: Path, nodes: int, pods: int) -> None:
    """Give every node of a snapshot pods behind cni0, each with what a live capture has of it.

    Args:
        path: the snapshot, as :func:`write_snapshot` wrote it.
        nodes: number of its nodes.
        pods: pods of each node.
    """
    link = "ns, source, line, name, ifindex, kind, mac, mtu, up, carrier, operstate, flags, master, peer_index, peer_netns"
    up = "true, true, 'UP', 'BROADCAST,MULTICAST,UP,LOWER_UP'"
    with Store.open_for_writing(path) as store:
        run = store.connection.execute
        run("SET threads = 2")
        run(
            f"CREATE TEMP TABLE n AS SELECT i::BIGINT AS i, {PODS}::UHUGEINT + i * 256 AS pods, {UNDERLAY}::UHUGEINT + i AS ip,"
            f" {MACS}::UBIGINT + i AS mac FROM range({nodes}) t(i)"
        )
        run(
            f"CREATE TEMP TABLE p AS SELECT i, k::BIGINT AS k, {nodes} + i * {pods} + k + 1 AS ns, pods + 10 + k AS ip,"
            f" {MACS + (1 << 32)}::UBIGINT + i * 256 + k AS mac FROM n, range({pods}) t(k) ORDER BY i, k"
        )
        run("UPDATE netns SET inode = 1000000 + ns")
        run("INSERT INTO netns SELECT ns, i + 1, 'pod', 'shop/web-' || i || '-' || k, NULL, 1000000 + ns FROM p")
        run("INSERT INTO netns_id SELECT i + 1, 0, 0, k, 1000000 + ns FROM p")
        run("INSERT INTO netns_id SELECT ns, 0, 0, 0, 1000000 + i + 1 FROM p")
        run(
            f"INSERT INTO link ({link}) SELECT i + 1, 0, 0, 'eth0', 2, NULL, mac + {1 << 33}, 1500, {up}, NULL, NULL, NULL FROM n"
        )
        run(
            f"INSERT INTO link ({link}) SELECT i + 1, 0, 0, 'cni0', 5, 'bridge', mac + {1 << 34}, 1450, {up}, NULL, NULL, NULL FROM n"
        )
        run(
            f"INSERT INTO link ({link}) SELECT i + 1, 0, 0, 'veth' || k, 10 + k, 'veth', mac + {1 << 35}, 1450, {up}, 'cni0', 2, k FROM p"
        )
        run(f"INSERT INTO link ({link}) SELECT ns, 0, 0, 'eth0', 2, 'veth', mac, 1450, {up}, NULL, 10 + k, 0 FROM p")
        run(
            "INSERT INTO bridge_port (ns, source, line, name, master, state) SELECT i + 1, 0, 0, 'veth' || k, 'cni0', 'forwarding' FROM p"
        )
        run("INSERT INTO address SELECT ns, 0, 0, 'eth0', 4, ip, 24, 'global', NULL, NULL, NULL FROM p")
        route = 'ns, source, line, family, "table", type, dst, dst_len, via, dev, proto, scope, prefsrc, metric, hop'
        run(
            f"INSERT INTO route ({route}) SELECT ns, 0, 0, 4, 'main', 'unicast', {V4}, 0, pods + 1, 'eth0', 'boot', 'global', NULL, NULL, 0"
            " FROM p JOIN n USING (i)"
        )
        for space, net, length, dev, own in (
            ("ns", "pods", 24, "eth0", "p.ip"),
            ("i + 1", "pods", 24, "cni0", "pods + 1"),
            ("i + 1", str(UNDERLAY - 1), 16, "eth0", "n.ip"),
        ):
            rows = "p JOIN n USING (i)" if space == "ns" else "n"
            run(
                f"INSERT INTO route ({route}) SELECT {space}, 0, 0, 4, 'main', 'unicast', {net}, {length}, NULL, '{dev}', 'kernel', 'link',"
                f" {own}, NULL, 0 FROM {rows}"
            )
            run(
                f"INSERT INTO route ({route}) SELECT {space}, 0, 0, 4, 'local', 'local', {own}, 32, NULL, '{dev}', 'kernel', 'host',"
                f" {own}, NULL, 0 FROM {rows}"
            )
        every = "(SELECT ns FROM p UNION ALL SELECT i + 1 FROM n)"
        run(
            f"INSERT INTO sysctl SELECT ns, 0, 0, 'net.ipv4.conf.' || d || '.' || s, CASE WHEN s = 'forwarding' AND ns <= {nodes} THEN '1'"
            f" ELSE '0' END FROM {every}, (SELECT unnest(['all', 'eth0', 'cni0', 'flannel/1']) AS d),"
            " (SELECT unnest(['forwarding', 'rp_filter', 'arp_ignore', 'accept_local', 'proxy_arp', 'arp_announce']) AS s) ORDER BY ns"
        )
        rules = "(VALUES (0, 'local'), (32766, 'main'), (32767, 'default')) r(priority, tab)"
        run(
            f"INSERT INTO rule (ns, source, line, family, priority, action, \"table\", inverted) SELECT ns, 0, 0, 4, priority, 'lookup',"
            f" tab, false FROM {every}, {rules} ORDER BY ns, priority"
        )
        run(
            f"INSERT INTO coverage SELECT ns, 0, 0, t, NULL, NULL, NULL, 'yes' FROM {every}, (SELECT unnest(['link', 'address', 'route', 'rule',"
            " 'neighbour', 'fdb', 'bridge', 'bridge_port', 'vxlan', 'socket', 'ruleset', 'nexthop', 'tunnel']) AS t) ORDER BY ns"
        )


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
        yield choose.choice(
            [
                Damage("route missing", a, b, f"DELETE FROM route WHERE {here} AND dst = {pods}"),
                Damage("route next hop", a, b, f"UPDATE route SET via = {PODS + c * 256} WHERE {here} AND dst = {pods}"),
                Damage("route device", a, b, f"UPDATE route SET dev = 'eth0' WHERE {here} AND dst = {pods}"),
                Damage("neighbour missing", a, b, f'DELETE FROM neighbour WHERE {here} AND "address" = {pods}'),
                Damage("neighbour MAC", a, b, f'UPDATE neighbour SET mac = {MACS + c} WHERE {here} AND "address" = {pods}'),
                Damage("fdb missing", a, b, f"DELETE FROM fdb WHERE {here} AND mac = {mac}"),
                Damage("fdb MAC", a, b, f"UPDATE fdb SET mac = {MACS + 0x100_0000 + b} WHERE {here} AND mac = {mac}"),
                Damage("fdb destination", a, b, f"UPDATE fdb SET dst = {UNDERLAY + c} WHERE {here} AND dst = {ip}"),
            ]
        )


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
    yield f"192.168.0.0/16 dev eth0 proto kernel scope link src {ip_text(UNDERLAY + node)}"  # type: ignore[arg-type]
    yield from (f"{pods(i)}/24 via {pods(i)} dev flannel.1 onlink" for i in others)
    yield f"[root@node-{node} ~]# ip neigh show dev flannel.1"
    yield from (f"{pods(i)} lladdr {mac_text(MACS + i)} PERMANENT" for i in others)  # type: ignore[arg-type]
    yield f"[root@node-{node} ~]# bridge fdb show dev flannel.1"
    yield from (
        f"{mac_text(MACS + i)} dst {ip_text(UNDERLAY + i)} self permanent"  # type: ignore[arg-type]
        for i in others
    )
