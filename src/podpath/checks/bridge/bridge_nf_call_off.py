"""Bridged packets bypass the rules that make services work."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="bridge-nf-call-off",
    severity=Severity.WARNING,
    title="Packets between pods on one bridge bypass the service rules",
    explain="""A service's address is turned into a pod's address by rules of the host, and the answer must be turned back. When
client and pod are on the same bridge, the answer is only bridged, and the rules see it only where br_netfilter hands
bridged packets to them (net.bridge.bridge-nf-call-iptables = 1). Without it, the client gets an answer from an address
that it never asked, and resets the connection.

So a service fails for clients on the pod's own node and works for all others: DNS that fails depending on where the
pods happen to run is typical.

It happens when the module br_netfilter is not loaded at boot, or when a sysctl file sets 0 (an old default of CentOS).

Look: `sysctl net.bridge.bridge-nf-call-iptables`, `lsmod | grep br_netfilter`; `conntrack -L` shows SYN_SENT
[UNREPLIED] though the pod has answered.""",
    summary=(
        "{setting} is 0, but {ports} pods share the bridge {dev}",
        "{absent} does not exist (br_netfilter is not loaded), but {ports} pods share the bridge {dev}",
    ),
    why="A service fails when the client and the pod that answers are both on this node.",
    fix=(
        "on {node}: modprobe br_netfilter",
        "on {node}: sysctl -w {name}=1",
        "to keep it: br_netfilter in /etc/modules-load.d, {name} = 1 in /etc/sysctl.d",
    ),
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
