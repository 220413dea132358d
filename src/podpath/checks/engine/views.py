"""What many checks need, computed once: the role of each device, the bridges and networks of containers.

Made as temporary tables after the mesh, on whose tables they build:

``device``
    every device with its ``role``: overlay, bridge, port (the host's end of a container), uplink, lo, other.
    The role follows from kind, master and routes; a name decides only where nothing else is known, as in ``ifconfig``.
``bridge_net``
    a row for each address of a bridge that containers hang on, with the network it opens. ``pod`` says that a
    cluster's pods are on it, ``alive`` that a port of it forwards. A bridge that joins the LAN itself is none of them.
``router``
    a row for each namespace that forwards for containers, with a device that shows it.
``inside``
    the namespaces of containers, each with that of its host: where its cable ends, as far as the kernel was asked.
``cable``
    the veth pairs between a host and a container that are sure: by the kernel's own identifiers, or, from pasted
    text, by the indexes of both ends where no other namespace could be meant.
``rule_line``
    the lines of saved rulesets that some check asks for, each with the table that it stands in. What rules do to a
    packet is asked of the walk (:mod:`podpath.checks.engine.asked`); here are only words that programs leave in them.
``internal``
    bridges of networks that lead nowhere, as far as their containers' routes or Docker tell.
``dnat``
    the addresses and ports that rules translate to, of both languages.
``service_rule``
    the addresses and ports of services that kube-proxy's rules know in each namespace, of both languages, with the first line of each.
``whole_net``
    networks of containers whose host was captured by its kernel's own word: an address in one that no namespace has is free.
``peer``
    the hosts, where there are more than one: checks that compare hosts have nothing to compare else.
``lone_port``
    the hosts' ends of containers that hang on no bridge, as Calico has them.
``added_rule``
    routing rules beside those that every kernel begins with.
``dead_target``
    of ``dnat``, what leads to an address that neither a namespace nor an object has.
``logged``
    messages of the kernel's log, those of one content counted together, with the host that logged them: the one whose name the
    line has. ``confidence`` is likely where that is none of several captured hosts; ``often`` counts in words.
"""

from contextlib import suppress
from typing import Final

from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.wiring.wiring import Wiring


def _between(first: str, last: str) -> str:
    """Return the condition that an address is in a range."""
    return f"BETWEEN {parse_ip(first)} AND {parse_ip(last)}"


_MACROS: Final = (
    """
    CREATE OR REPLACE TEMP MACRO first_ip(family, a, len) AS CASE WHEN host_bits(family, len) >= 128 THEN 0::UHUGEINT
        ELSE (a - (a & ((1::UHUGEINT << host_bits(family, len)::UHUGEINT) - 1)))::UHUGEINT END
    """,
    """
    CREATE OR REPLACE TEMP MACRO in_net(a, family, first, len) AS a BETWEEN first AND last_ip(family, first, len)
    """,
    # Whole of a table, or of one device's part of it: 2 surely, 1 probably, NULL not seen.
    """
    CREATE OR REPLACE TEMP MACRO seen_of(n, tab, fam) AS (SELECT max(CASE c.complete WHEN 'yes' THEN 2 ELSE 1 END)
        FROM coverage c WHERE c.ns = n AND c."table" = tab AND c.complete <> 'no' AND c.dev IS NULL
        AND (c.family IS NULL OR c.family = fam) AND (c.part IS NULL OR c.part IN ('main', '254')))
    """,
    # Addresses that are true of every host: loopback, link-local ones, multicast. As numbers: DuckDB takes a millisecond to plan
    # six calls of ip4().
    f"""
    CREATE OR REPLACE TEMP MACRO everywhere(a) AS a {_between("127.0.0.0", "127.255.255.255")} OR a = {parse_ip("::1")}
        OR a {_between("169.254.0.0", "169.254.255.255")} OR a {_between("224.0.0.0", "239.255.255.255")}
        OR a >= {parse_ip("fe80::")}::UHUGEINT
    """,
    f"CREATE OR REPLACE TEMP MACRO is_v4(a) AS a {_between('0.0.0.0', '255.255.255.255')}",  # noqa: S104 - no socket
    """
    CREATE OR REPLACE TEMP MACRO and_more(n) AS CASE WHEN n > 1 THEN ' and ' || (n - 1) || ' more' ELSE '' END
    """,
)

_DEVICE: Final = """
    CREATE OR REPLACE TEMP TABLE device AS
    WITH known AS (
        SELECT ns, name, ifindex, kind, mac, mtu, up, carrier, operstate, flags, master, parent, peer_index,
               peer_netns IS NOT NULL OR peer_netns_name IS NOT NULL AS peer_elsewhere, rowid AS link_row FROM link
        UNION ALL BY NAME
        -- Devices that no list shows: of bridges, and of addresses that routes show.
        SELECT DISTINCT b.ns, b.name FROM (SELECT ns, name FROM bridge UNION SELECT ns, master FROM bridge_port
               UNION SELECT ns, name FROM bridge_port UNION SELECT ns, dev FROM "address") b
        ANTI JOIN link l ON l.ns = b.ns AND l.name = b.name
    ), enslaved AS (
        SELECT k.* REPLACE (coalesce(k.master, p.master) AS master) FROM known k
        LEFT JOIN (SELECT ns, name, any_value(master) AS master FROM bridge_port GROUP BY ALL) p
          ON p.ns = k.ns AND p.name = k.name
    ), bridging AS (
        SELECT ns, name FROM bridge UNION SELECT ns, master FROM bridge_port UNION SELECT ns, name FROM link WHERE kind = 'bridge'
    ), outward AS (
        -- What leads out of the node: the default route, the device below a tunnel, a network of its own.
        SELECT ns, dev AS name FROM route WHERE dst_len = 0 AND via IS NOT NULL AND "table" = 'main' AND type = 'unicast'
        UNION SELECT ns, lower FROM vxlan WHERE lower IS NOT NULL
        UNION SELECT a.ns, a.dev FROM "address" a WHERE a.length < full_len(a.family) AND a.peer IS NULL
              AND NOT everywhere(a."address")
    )
    SELECT k.*, CASE
        WHEN k.name = 'lo' OR has_flag(k.flags, 'LOOPBACK') THEN 'lo'
        WHEN k.kind IN ('vxlan', 'geneve', 'ipip', 'sit', 'gre', 'ip6tnl', 'ip6gre', 'wireguard')
          OR EXISTS (SELECT 1 FROM vtep v WHERE v.ns = k.ns AND v.dev = k.name) OR k.kind IS NULL
          AND regexp_matches(k.name, '^(flannel([.-]v6)?\\.\\d+|flannel-wg.*|vxlan(-v6)?\\.calico|tunl0|wireguard\\.cali|cilium_vxlan)$')
          THEN 'overlay'
        WHEN b.name IS NOT NULL OR k.kind IS NULL
          AND has_bridge_name(k.name)
          THEN 'bridge'
        WHEN k.kind IN ('veth', 'netkit') OR k.kind IS NULL AND (k.peer_index IS NOT NULL
          OR regexp_matches(k.name, '^(veth|cali|lxc|eni|azv|tap|vnet)[0-9a-f._-]*'))
          THEN CASE WHEN k.master IS NULL AND o.name IS NOT NULL THEN 'uplink' ELSE 'port' END
        WHEN k.kind IN ('tun', 'tap', 'dummy', 'ifb', 'nlmon', 'vrf', 'openvswitch')
          OR k.kind IS NULL AND regexp_matches(k.name, '^(tun\\d|tap\\d|wg\\d|ppp\\d|tailscale|kube-ipvs|nodelocaldns|dummy|ifb)')
          THEN 'other'
        ELSE 'uplink' END AS role
    FROM enslaved k LEFT JOIN bridging b ON b.ns = k.ns AND b.name = k.name
    LEFT JOIN outward o ON o.ns = k.ns AND o.name = k.name
"""

_BRIDGE_NET: Final = """
    CREATE OR REPLACE TEMP TABLE bridge_net AS
    WITH port AS (
        SELECT ns, master AS dev, count(*) AS ports, bool_or(role = 'uplink') AS lan FROM device
        WHERE master IS NOT NULL GROUP BY ALL
    ), leaving AS (
        SELECT DISTINCT ns, dev FROM route WHERE dst_len = 0 AND via IS NOT NULL AND "table" = 'main'
    )
    SELECT d.ns, d.name AS dev, a.family, a."address" AS ip, first_ip(a.family, a."address", a.length) AS first,
           a.length AS len, a.rowid AS address_row, d.link_row, d.mtu, d.mac, d.up, coalesce(p.ports, 0) AS ports,
           -- `ip` shows who is on a bridge; of other outputs a carrier and some port must do. Only with a port that is up is the state
           -- of a bridge UP: without one it is UNKNOWN, or DOWN once it had one.
           coalesce(d.operstate = 'UP' AND d.carrier, false) OR coalesce(d.carrier, true) AND (coalesce(p.ports, 0) > 0 OR d.ifindex IS NULL AND EXISTS (
               SELECT 1 FROM device o WHERE o.ns = d.ns AND o.role = 'port')) AS alive,
           regexp_matches(d.name, '^(cni|cbr)\\d+$|^kube-bridge$')
             OR EXISTS (SELECT 1 FROM vtep v JOIN expected e USING (vt) WHERE v.ns = d.ns AND e.users > 0
                        AND e.family = a.family AND in_net(a."address", e.family, e.first, e.len))
             OR EXISTS (SELECT 1 FROM vtep v JOIN vtep_ip i USING (vt) WHERE v.ns = d.ns AND i.family = a.family
                        AND in_net(i.ip, a.family, first_ip(a.family, a."address", a.length), a.length))
             OR EXISTS (SELECT 1 FROM pod_network n WHERE n.ns = d.ns AND n.family = a.family AND n.subnet = a."address")
             AS pod
    FROM device d JOIN "address" a ON a.ns = d.ns AND a.dev = d.name
    LEFT JOIN port p ON p.ns = d.ns AND p.dev = d.name LEFT JOIN leaving u ON u.ns = d.ns AND u.dev = d.name
    WHERE d.role = 'bridge' AND a.length < full_len(a.family) AND NOT everywhere(a."address")
      AND NOT coalesce(p.lan, false) AND u.dev IS NULL
"""

_INSIDE: Final = """
    CREATE OR REPLACE TEMP TABLE inside AS
    WITH plugged AS (
        SELECT l.ns, arg_min(o.ns, l.ifindex) AS host FROM link l JOIN netns s ON s.ns = l.ns
        JOIN netns_id i ON i.ns = l.ns AND i.nsid = l.peer_netns JOIN netns o ON o.node = s.node AND o.inode = i.inode
        WHERE l.kind = 'veth' GROUP BY ALL
    )
    SELECT n.ns, n.node, coalesce(p.host, h.ns) AS host, n.kind, n.name FROM netns n JOIN netns h USING (node)
    LEFT JOIN plugged p ON p.ns = n.ns WHERE n.kind <> 'host' AND h.kind = 'host'
"""

_ROUTER: Final = r"""
    CREATE OR REPLACE TEMP TABLE router AS
    WITH card_net AS (
        SELECT a.family, first_ip(a.family, a."address", a.length) AS first, a.length AS len, min(n.node) AS lowest, max(n.node) AS highest
        FROM "address" a JOIN netns n USING (ns) JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE n.kind = 'host' AND d.role = 'uplink' AND NOT everywhere(a."address") GROUP BY ALL
    ), found AS (
        SELECT v.ns, v.dev, d.link_row, 1 AS rank, 'carries traffic between nodes' AS why
        FROM vtep v LEFT JOIN device d ON d.ns = v.ns AND d.name = v.dev WHERE v.present
        UNION ALL
        -- A bridge in whose network other hosts have their own cards is a switch between hosts, if no container is known there.
        SELECT b.ns, b.dev, b.link_row, 2, 'is the gateway of containers' FROM bridge_net b JOIN netns s USING (ns)
        WHERE b.alive AND (has_bridge_name(b.dev) OR NOT EXISTS (
            SELECT 1 FROM card_net c WHERE (c.family, c.first, c.len) = (b.family, b.first, b.len) AND (c.lowest, c.highest) <> (s.node, s.node))
            OR EXISTS (SELECT 1 FROM inside i JOIN "address" a ON a.ns = i.ns WHERE i.host = b.ns AND in_net(a."address", b.family, b.first, b.len)))
        UNION ALL
        SELECT d.ns, d.name, d.link_row, 3, 'leads to a container' FROM device d
        JOIN route r ON r.ns = d.ns AND r.dev = d.name
        WHERE d.role = 'port' AND d.master IS NULL AND r.via IS NULL AND r.dst_len = full_len(r.family) AND r."table" = 'main'
        UNION ALL -- where routes alone were shown, the names tell that container networks give to their devices
        SELECT r.ns, r.dev, NULL, 4, 'leads to containers' FROM route r JOIN netns n ON n.ns = r.ns AND n.kind = 'host'
        WHERE r.type = 'unicast' AND NOT regexp_matches(coalesce(r.flags, ''), 'linkdown|dead')
          AND NOT EXISTS (SELECT 1 FROM device d WHERE d.ns = r.ns AND d.name = r.dev AND d.link_row IS NOT NULL)
          AND regexp_matches(r.dev, '^(flannel\.[0-9]+|cni[0-9]+|docker[0-9]+|br-[0-9a-f]{12}|podman[0-9]+|cali[0-9a-f]{11}|vxlan\.calico)$')
    )
    SELECT ns, arg_min(dev, rank) AS dev, arg_min(link_row, rank) AS link_row, arg_min(why, rank) AS why FROM found GROUP BY ns
"""


_CABLE: Final = "CREATE OR REPLACE TEMP TABLE cable (host_ns BIGINT, host_dev VARCHAR, ns BIGINT, dev VARCHAR)"

_RULE_LINE: Final = r"""
    CREATE OR REPLACE TEMP TABLE rule_line AS
    WITH given AS (
        -- `iptables -S` prints the rules of one table, which its command line names.
        SELECT ns, source, "first", string_split("text", chr(10)) AS lines,
               CASE WHEN regexp_matches(command, '(^|[ /])ip6tables') THEN 'ip6tables' ELSE 'iptables' END AS program,
               CASE WHEN NOT regexp_matches(command, '-save') THEN coalesce(nullif(regexp_extract(command, ' (?:-t|--table)[ =]?(\w+)', 1), ''), 'filter')
               END AS only_table
        FROM source WHERE "text" IS NOT NULL AND (regexp_matches(command, '(^|[ /])ip6?tables\S*-save')
              OR regexp_matches(command, '(^|[ /])ip6?tables\S* (.* )?(-\w*S|--list-rules)( |$)'))
    ), numbered AS (
        SELECT ns, source, unnest(generate_series("first", "first" + len(lines) - 1)) AS line, unnest(lines) AS said,
               only_table, program FROM given
    ), placed AS (
        SELECT ns, source, program, line, trim(said) AS said, coalesce(only_table, last_value(CASE WHEN said LIKE '*%' THEN trim(said[2:]) END IGNORE NULLS)
               OVER (PARTITION BY source ORDER BY line)) AS tab FROM numbered
    )
    SELECT * FROM placed
    WHERE regexp_matches(said, 'DNAT|MASQUERADE|SNAT|endpoints|INVALID|^:|KUBE-FIREWALL|KUBE-SERVICES|DOCKER-I|cali-from-wl-dispatch')
"""

_DNAT: Final = r"""
    CREATE OR REPLACE TEMP TABLE dnat AS
    WITH told AS (
        SELECT ns, source, line, said, unnest(regexp_extract_all(said, '--to-destination (\S+)', 1)) AS target FROM rule_line
        WHERE tab = 'nat'
        UNION ALL
        SELECT ns, source, "first", NULL, unnest(regexp_extract_all("text", '"dnat": \{("family": "\w+", )?"addr": "([0-9a-f.:]+)"', 2))
        FROM source WHERE "text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ')
        UNION ALL
        SELECT ns, source, "first", NULL, unnest(regexp_extract_all("text", '\bdnat (ip6? )?to ([0-9.]+|\[[0-9a-f:]+\])', 2))
        FROM source WHERE "text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ')
    )
    SELECT DISTINCT ns, source, line, said, target,
           CASE WHEN target NOT LIKE '%:%:%' THEN ip4(regexp_extract(target, '^[0-9.]+')) END AS ip,
           try_cast(regexp_extract(target, '^(?:\[.*\]|[0-9.-]+):(\d+)$', 1) AS BIGINT) AS port
    FROM told WHERE regexp_matches(target, '^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+') OR target LIKE '%:%:%'
"""

_SERVICE_RULE: Final = r"""
    CREATE OR REPLACE TEMP TABLE service_rule AS
    WITH kept AS (
        SELECT ns, source, "first" AS line, "text" FROM source WHERE "text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ') AND contains("text", 'service-ips')
    ), element AS (
        SELECT ns, source, line, unnest(regexp_extract_all("text", '\["[0-9a-f.:]+", "\w+", \d+\]')) AS said FROM kept
        UNION ALL
        SELECT ns, source, line, unnest(regexp_extract_all("text", '[0-9a-f.:]+ \. \w+ \. \d+ : ')) FROM kept
    ), told AS (
        SELECT ns, source, line, regexp_extract(said, '-d (\S+)/(?:32|128)', 1) AS target, regexp_extract(said, ' -p (\w+)', 1) AS proto,
               try_cast(regexp_extract(said, '--dport (\d+)(?: |$)', 1) AS BIGINT) AS port
        FROM rule_line WHERE regexp_matches(said, '-A KUBE-SERVICES .*-d \S+/(32|128) ')
        UNION ALL
        SELECT ns, source, line, regexp_extract(said, '[0-9a-f.:]{3,}'), regexp_extract(said, 'tcp|udp|sctp'),
               try_cast(regexp_extract(said, '(\d+)(?:\]| : )$', 1) AS BIGINT) FROM element
    )
    SELECT ns, target, CASE WHEN target NOT LIKE '%:%:%' THEN ip4(target) END AS ip, proto, port,
           arg_min(source, (source, line)) AS source, arg_min(line, (source, line)) AS line
    FROM told WHERE port IS NOT NULL AND (regexp_full_match(target, '[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+') OR target LIKE '%:%:%')
    GROUP BY ns, target, proto, port
"""

_INTERNAL: Final = """
    CREATE OR REPLACE TEMP TABLE internal AS
    -- Bridges whose captured containers all lack a default route by it: a network that leads nowhere, as it was asked for (`--internal`).
    SELECT p.ns, p.master AS dev FROM cable c JOIN device p ON p.ns = c.host_ns AND p.name = c.host_dev
    LEFT JOIN route r ON r.ns = c.ns AND r.dev = c.dev AND r.dst_len = 0 AND r.type = 'unicast'
    WHERE p.master IS NOT NULL GROUP BY ALL HAVING count(r.ns) = 0 AND bool_and(seen_of(c.ns, 'route', 4) = 2)
    UNION SELECT ns, bridge FROM container_network WHERE internal AND bridge IS NOT NULL
"""

_WHOLE_NET: Final = """
    CREATE OR REPLACE TEMP TABLE whole_net AS
    SELECT b.ns, b.first, last_ip(b.family, b.first, b.len) AS last FROM bridge_net b JOIN netns n USING (ns) WHERE n.inode IS NOT NULL
    UNION
    SELECT r.ns, r.dst, last_ip(r.family, r.dst, r.dst_len) FROM route r JOIN netns n USING (ns)
    WHERE n.inode IS NOT NULL AND n.kind = 'host' AND r.type = 'blackhole' AND r."table" = 'main' AND r.dst_len > 0
"""

_PEER: Final = """
    CREATE OR REPLACE TEMP TABLE peer AS SELECT ns FROM netns WHERE kind = 'host' QUALIFY count(*) OVER () > 1
"""

_LONE_PORT: Final = """
    CREATE OR REPLACE TEMP TABLE lone_port AS SELECT ns, name FROM device WHERE role = 'port' AND master IS NULL
"""

_ADDED_RULE: Final = """
    CREATE OR REPLACE TEMP TABLE added_rule AS
    SELECT ns, priority FROM rule WHERE "table" IS NULL OR "table" NOT IN ('local', '255', 'main', '254', 'default', '253')
"""

_DEAD_TARGET: Final = """
    CREATE OR REPLACE TEMP TABLE dead_target AS
    SELECT d.* FROM dnat d JOIN netns n ON n.ns = d.ns AND n.kind = 'host'
    ANTI JOIN "address" a ON a."address" = d.ip ANTI JOIN endpoint e ON e."address" = d.ip
    ANTI JOIN container_address c ON c."address" = d.ip ANTI JOIN pod p ON p."address" = d.ip
    WHERE EXISTS (SELECT 1 FROM whole_net w WHERE d.ip BETWEEN w.first AND w.last)
       OR EXISTS (SELECT 1 FROM endpoint e WHERE is_v4(e."address") = is_v4(d.ip)) AND coalesce(d.said, '') LIKE '%-A KUBE-SEP-%'
          -- All endpoints were listed, or all of the service's namespace: one slice says nothing of other services.
          AND EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'endpoint' AND c.complete = 'yes'
                      AND (c.part IS NULL OR contains(d.said, '"' || c.part || '/')))
       OR EXISTS (SELECT 1 FROM container_address c WHERE c.ns = d.ns AND is_v4(c."address") = is_v4(d.ip))
          AND regexp_matches(coalesce(d.said, ''), '-A (DOCKER|NETAVARK|nv_)')
"""

_LOGGED: Final = """
    CREATE OR REPLACE TEMP TABLE logged AS
    WITH host AS (
        SELECT n.ns, n.node, count(*) OVER () AS hosts, [d.name, f.value, split_part(f.value, '.', 1)] AS names
        FROM netns n JOIN node d USING (node) LEFT JOIN fact f ON f.ns = n.ns AND f.name = 'hostname' WHERE n.kind = 'host'
    )
    SELECT coalesce(o.ns, h.ns, m.ns) AS ns, m.event, m.family, m.dev, m.member, m.src, m.dst, m.mac, m.port, sum(m.times) AS times,
           min(m.rowid) AS row_kernel_message, CASE sum(m.times) WHEN 1 THEN 'once' ELSE sum(m.times) || ' times' END AS often,
           CASE WHEN m.host IS NOT NULL AND o.ns IS NULL AND h.hosts > 1 THEN 'likely' END AS confidence
    FROM kernel_message m JOIN netns n USING (ns) LEFT JOIN host h ON h.node = n.node
    LEFT JOIN host o ON list_contains(o.names, m.host) GROUP BY ALL
"""


def make_views(store: Store, wiring: Wiring) -> None:
    """Create the tables; those of the mesh must exist.

    Args:
        store: the snapshot.
        wiring: its devices.
    """
    for statement in (*_MACROS, _DEVICE, _INSIDE, _CABLE, _BRIDGE_NET, _ROUTER, _RULE_LINE, _DNAT, _SERVICE_RULE):
        store.connection.execute(statement)
    _fill_cables(store, wiring)
    _read_ipv6(store, "dnat")
    _read_ipv6(store, "service_rule")
    for statement in (_INTERNAL, _WHOLE_NET, _DEAD_TARGET, _PEER, _LONE_PORT, _ADDED_RULE, _LOGGED):
        store.connection.execute(statement)


def _fill_cables(store: Store, wiring: Wiring) -> None:
    """Create the table of cables between namespaces and their host."""
    houses = dict(store.raw("SELECT ns, host FROM inside"))
    rows = [
        (far.ns, far.link.name, device.ns, device.link.name)
        for device in wiring.devices
        if device.ns in houses and wiring.may_be_veth(device)
        and (cable := wiring.other(device)).known and (far := cable.far) is not None and far.ns == houses[device.ns]
    ]  # fmt: skip
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        store.connection.execute(
            "INSERT INTO cable SELECT unnest(?::BIGINT[]), unnest(?::VARCHAR[]), unnest(?::BIGINT[]), unnest(?::VARCHAR[])",
            columns,
        )


def _read_ipv6(store: Store, table: str) -> None:
    """Add the IPv6 addresses of targets, which SQL cannot parse: ``fd00::1``, ``[fd00::1]:80``, the first of a range."""
    for (target,) in store.raw(f"SELECT DISTINCT target FROM {table} WHERE ip IS NULL"):
        with suppress(ValueError):
            address = parse_ip(target.lstrip("[").partition("]")[0].partition("-")[0])
            store.connection.execute(f"UPDATE {table} SET ip = ? WHERE target = ?", [int(address), target])
    store.connection.execute(f"DELETE FROM {table} WHERE ip IS NULL")
