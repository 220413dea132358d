"""A pod cannot reach itself through its own service."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="hairpin-off",
    severity=Severity.WARNING,
    title="Pods cannot reach themselves through a service",
    explain="""When a pod asks a service, and the service's rules choose that very pod, the packet must leave the bridge by the port
it came in by. A bridge refuses that unless the port is in hairpin mode. It matters only where br_netfilter hands bridged
packets to the rules (net.bridge.bridge-nf-call-iptables = 1): only then is the address changed inside the bridge.

Everybody else reaches the service; the pod itself does so in one try of as many as the service has pods.

It happens when the CNI's configuration says "hairpinMode": false, or says nothing: that is the bridge plugin's default.

Look: `bridge -d link show`, the word after `hairpin`; `cat /sys/class/net/VETH/brport/hairpin_mode`.""",
    summary=("{off} of {total} pod ports of {dev} are not in hairpin mode, {first} among them",),
    why="A pod that is chosen for its own request to a service gets no answer.",
    fix=(
        "on {node}: ip link set {first} type bridge_slave hairpin on   (and so for every port)",
        'to keep it: "hairpinMode": true in the CNI\'s configuration',
    ),
    sql="""
    SELECT b.ns, b.dev, count(*) FILTER (NOT p.hairpin) AS "off", count(*) AS total,
           arg_min(p.name, p.rowid) FILTER (NOT p.hairpin) AS "first",
           min(p.rowid) FILTER (NOT p.hairpin) AS row_bridge_port, 'hairpin' AS needle_bridge_port,
           any_value(s.rowid) AS row_sysctl
    FROM (SELECT DISTINCT ns, dev FROM bridge_net WHERE pod) b
    JOIN bridge_port p ON p.ns = b.ns AND p.master = b.dev JOIN device d ON d.ns = p.ns AND d.name = p.name AND d.role = 'port'
    JOIN sysctl s ON s.ns = b.ns AND s.name = 'net.bridge.bridge-nf-call-iptables' AND s.value = '1'
    WHERE p.hairpin IS NOT NULL GROUP BY b.ns, b.dev HAVING count(*) FILTER (NOT p.hairpin) > 0
    """,
    needs=(
        Need("bridge_port", "bridge -d link show"),
        Need("sysctl", "sysctl net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-iptables"),
    ),
    applies="SELECT ns FROM bridge_net WHERE pod AND alive",
)
