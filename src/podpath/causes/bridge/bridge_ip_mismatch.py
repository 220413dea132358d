"""The pods' bridge has an address of another network than the node was given."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="bridge-ip-mismatch",
    title="The pods' bridge has an address outside the node's pod network",
    explain="""Each node has its own part of the pod network, and the bridge of its pods must have the first address of that part: it
is the pods' gateway, and its network is the route to them. If the bridge has an address of another part, the CNI
refuses to start pods (`"cni0" already has an IP address different from ...`), and packets for the pods find no route to
the bridge.

It happens when a node was removed, joined again and was given another part, or when the CNI was changed and the old bridge
stayed.

Check: `ip -4 address show dev cni0`, `cat /run/flannel/subnet.env`, and Node.spec.podCIDR.""",
    summary=(
        "{dev} has {ip}/{len}, but subnet.env gives this node {subnet}/{subnet_len}",
        "{dev} has {ip}/{len}, but the other nodes route {first}/{first_len} to this node",
    ),
    why="New pods fail to start, and pods with addresses of the right network cannot be reached.",
    fix=(
        line("ip link delete {dev}", note="then restart its pods; the CNI recreates it"),
        "then restart the CNI's agent and the pods of the node",
    ),
)
