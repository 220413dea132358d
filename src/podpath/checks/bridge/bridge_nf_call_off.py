"""Bridged packets bypass the rules that make services work."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    # Only where a cluster's pods share a bridge: Docker alone does not need it.
    sql="""
    WITH wanted AS (
        SELECT DISTINCT ns, dev, family, ports, link_row, CASE family WHEN 6 THEN 'net.bridge.bridge-nf-call-ip6tables'
               ELSE 'net.bridge.bridge-nf-call-iptables' END AS name
        FROM bridge_net b WHERE pod AND ports >= 2 AND alive
          AND NOT EXISTS (SELECT 1 FROM bridge s WHERE s.ns = b.ns AND s.name = b.dev AND s.nf_call_iptables)
    )
    SELECT w.ns, w.dev, w.ports, w.name, s.name AS setting, CASE WHEN s.name IS NULL THEN w.name END AS absent,
           s.rowid AS row_sysctl, w.link_row AS row_link
    FROM wanted w LEFT JOIN sysctl s ON s.ns = w.ns AND s.name = w.name
    WHERE s.value = '0' OR s.name IS NULL AND EXISTS (
        SELECT 1 FROM coverage c WHERE c.ns = w.ns AND c."table" = 'sysctl' AND c.complete = 'yes'
        AND (c.part IS NULL OR c.part = w.name))
    """,
    needs=(Need("sysctl", "sysctl net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-iptables"),),
    applies="SELECT ns FROM bridge_net WHERE pod AND ports >= 2 AND alive",
)
