"""The host does not answer a Calico pod's ARP, because proxy ARP is off on the pod's device."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    over=("lone_port",),
    sql="""
    SELECT d.ns, min(d.name) AS dev, and_more(count(*)) AS more, arg_min(s.rowid, d.name) AS row_sysctl, arg_min(d.link_row, d.name) AS row_link
    FROM device d JOIN sysctl s ON s.ns = d.ns AND s.name = 'net.ipv4.conf.' || d.name || '.proxy_arp' AND s.value = '0'
    WHERE d.role = 'port' AND d.master IS NULL AND regexp_matches(d.name, '^cali[0-9a-f]{11}$')
      AND NOT EXISTS (SELECT 1 FROM sysctl a WHERE a.ns = d.ns AND a.name = 'net.ipv4.conf.all.proxy_arp' AND a.value = '1')
      -- With an address of its own the device answers by itself.
      AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = d.ns AND a.dev = d.name AND a.family = 4)
      -- A pod that has only IPv6 does not ask.
      AND (EXISTS (SELECT 1 FROM route r WHERE r.ns = d.ns AND r.dev = d.name AND r.family = 4) OR seen_of(d.ns, 'route', 4) IS NULL)
    GROUP BY d.ns
    """,
    needs=(Need("sysctl", "sysctl -a", "net.ipv4.conf.*.proxy_arp"),),
    applies="SELECT ns FROM device WHERE role = 'port' AND master IS NULL AND regexp_matches(name, '^cali[0-9a-f]{11}$')",
)
