"""A node's flannel lease announces another VTEP MAC than its device has."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="flannel-lease-mismatch",
    title="flannel announces another VTEP MAC than the node's device has",
    explain="""flanneld writes the MAC of its VXLAN device into its lease: in etcd (`"VtepMAC"`), or in the annotation
flannel.alpha.coreos.com/backend-data of its Node. Every other flanneld takes the MAC from there, and writes it into its neighbour and
forwarding tables. If the device has another MAC, the node receives what the others send and drops it (OTHERHOST).

It happens when the device's MAC changes after flanneld has registered: systemd's MACAddressPolicy=persistent, a device that was deleted and
made by hand, `ip link set flannel.1 address`; and when a backup of etcd is restored.

Check: `etcdctl get --prefix /coreos.com/network/subnets`, `kubectl get nodes -o yaml | grep backend-data`, and
`ip -d link show flannel.1` on the node.""",
    summary=(
        "flannel's lease of {node} ({first}/{len}) announces the VTEP MAC {announced}, but {dev} has {mac}",
        "flannel announces for {node} the VTEP MAC {announced}, but {dev} has {mac}",
    ),
    why="The other nodes send to {announced}: {node} receives their frames and drops them, and nothing behind it can be reached.",
    fix=(
        "restart flanneld on {node}: it announces the MAC that {dev} has",
        "to keep it: a systemd .link file with MACAddressPolicy=none for {dev} on {node}",
    ),
    leads_to=frozenset(("vtep-mac-mismatch",)),
    no_lab="etcd or the API's objects tell what flannel has announced, and the lab's plain networks have neither",
)
