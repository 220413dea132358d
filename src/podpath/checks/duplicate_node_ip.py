"""Two nodes are one and the same to the network, or to what identifies machines."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="duplicate-node-ip",
    severity=Severity.ERROR,
    title="Two nodes have the same node address or the same machine-id",
    explain="""The address that a node's peers send to must be its own. With two machines at one address, tunnel packets reach whichever
answered ARP last; sessions flap, the overlay works by half.

Machines made from one template often have the same /etc/machine-id. DHCP clients make their identifier of it, so that the
server gives both the same address; and MACs of virtual devices are made of it, too.

When everything about the two nodes is equal, look first whether one machine was captured twice, under two names.

Look: `cat /etc/machine-id` on both, `ip address show`; from a third machine `arping -c 2 -I eth0 NODEIP` shows two MACs.""",
    summary=(
        "{ip} is on {dev} of {node} and on {other_dev} of {other}, and other nodes send tunnel packets to it",
        "{node} and {other} have the same machine-id {value}",
    ),
    why="{effect}",
    fix=("{mend}", "then renew the DHCP lease, or set dhcp-identifier: mac"),
    sql="""
    WITH used AS (
        -- Addresses that nodes are known by: forwarding entries lead there, or it was said to be the node's.
        SELECT DISTINCT dst AS ip FROM fdb WHERE dst IS NOT NULL UNION SELECT "address" FROM node WHERE "address" IS NOT NULL
        UNION SELECT internal_ip FROM kube_node WHERE internal_ip IS NOT NULL
    ),
    held AS (
        SELECT n.node, d.name, a.ns, a.dev, a."address" AS ip, a.rowid AS row_address FROM "address" a JOIN used u ON u.ip = a."address"
        JOIN netns n ON n.ns = a.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        JOIN device t ON t.ns = a.ns AND t.name = a.dev WHERE t.role IN ('uplink', 'bridge')
    ),
    twice AS (SELECT ip, min(node) AS a, max(node) AS b FROM held GROUP BY ip HAVING count(DISTINCT node) > 1),
    clone AS (
        SELECT f.value, min(n.node) AS a, max(n.node) AS b FROM fact f JOIN netns n ON n.ns = f.ns AND n.kind = 'host'
        WHERE f.name = 'machine-id' AND f.value <> '' AND f.value <> 'uninitialized' GROUP BY f.value HAVING count(DISTINCT n.node) > 1
    )
    SELECT x.ns, x.ip, x.dev, y.name AS other, y.dev AS other_dev, NULL AS value, x.row_address, y.row_address AS row_address_2,
           NULL::BIGINT AS row_fact, NULL::BIGINT AS row_fact_2, [y.name] AS related, 'error' AS severity,
           'Packets for one of the two nodes reach the other.' AS effect, 'give one of the two machines another address' AS mend
    FROM twice t JOIN held x ON x.ip = t.ip AND x.node = t.a JOIN held y ON y.ip = t.ip AND y.node = t.b
    UNION ALL
    SELECT x.ns, NULL, NULL, d.name, NULL, c.value, NULL, NULL, x.rowid, y.rowid, [d.name], 'warning',
           'DHCP may give both the same address, and their virtual devices the same MACs.',
           'on ' || d.name || ': rm /etc/machine-id; systemd-machine-id-setup; reboot'
    FROM clone c JOIN netns p ON p.node = c.a AND p.kind = 'host' JOIN fact x ON x.ns = p.ns AND x.name = 'machine-id'
    JOIN netns q ON q.node = c.b AND q.kind = 'host' JOIN fact y ON y.ns = q.ns AND y.name = 'machine-id' JOIN node d ON d.node = c.b
    """,
)
