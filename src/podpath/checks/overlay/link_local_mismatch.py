"""A device's MAC is not the one that its link-local address was made of."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="link-local-mismatch",
    severity=Severity.INFO,
    title="A device's MAC has changed since it came up",
    explain="""When a device comes up, the kernel makes its link-local IPv6 address of its MAC (ff:fe stands in the middle). An address of
    that shape that does not fit the MAC says that the MAC was changed afterwards. By itself that does no harm. On an overlay
    device it matters: peers have learned the old MAC, and a change of MAC empties the device's own neighbour table.

    It happens when systemd's MACAddressPolicy=persistent takes a new device over, or by `ip link set DEV address`.

    Look: `ip address show dev flannel.1`; the neighbour entries for it on its peers.""",
    summary=("{dev}{where} has the MAC {mac}, but its address {ip} was made of {old}: the MAC has changed",),
    why="{effect}",
    fix=("{fix}", "to keep the MAC of a new device: a systemd .link file with MACAddressPolicy=none for it"),
    sql="""
    WITH changed AS (
        SELECT a.ns, a.dev, d.mac, d.role, a."address" AS ip, a.rowid AS row_address, d.link_row AS row_link,
               -- The MAC back out of the address: ff:fe taken out, the universal bit turned.
               xor((((a."address" >> 40::UHUGEINT) & 16777215::UHUGEINT) << 24::UHUGEINT | (a."address" & 16777215::UHUGEINT))::UBIGINT,
                   2199023255552::UBIGINT) AS old
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.mac IS NOT NULL AND d.mac <> 0
        WHERE a.family = 6 AND a.length = 64 AND (a."address" >> 64::UHUGEINT) = 18338657682652659712::UHUGEINT
          AND ((a."address" >> 24::UHUGEINT) & 65535::UHUGEINT) = 65534 AND a."address" <> link_local(d.mac)
          -- A bridge takes the MAC of a port, a bond that of its active one: theirs change by themselves.
          AND d.role IN ('overlay', 'port', 'uplink') AND coalesce(d.kind, '') NOT IN ('bond', 'team')
          AND NOT EXISTS (SELECT 1 FROM "address" o WHERE o.ns = a.ns AND o.dev = a.dev AND o."address" = link_local(d.mac))
    )
    SELECT c.ns, c.dev, c.mac, c.ip, c.old, c.row_address, c.row_link,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN 'warning' ELSE 'info' END AS severity,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN 'Peers that still have the old MAC send frames that this node drops.'
                ELSE 'By itself this does no harm.' END AS effect,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN 'compare with the neighbour entries for ' || quoted(c.dev) || ' on the peers; restarting the CNI''s agent announces the new MAC' END AS fix
    FROM (
        SELECT *, role = 'overlay' AND EXISTS (
            -- Some peer has the present MAC, and none the old one.
            SELECT 1 FROM vtep v JOIN vtep_ip i USING (vt) JOIN neighbour n ON n."address" = i.ip AND n.ns <> v.ns WHERE v.ns = changed.ns AND v.dev = changed.dev
            HAVING bool_and(n.mac IS NULL OR n.mac = changed.mac) AND count(n.mac) > 0) AS agreed
        FROM changed) c
    """,
    follows=("vtep-mac-mismatch",),
)
