"""Two pods have the same address."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="duplicate-pod-ip",
    title="Two pods have the same address",
    explain="""If two pods have the same address, packets go to the pod that answered last, or to the node that the route names:
some connections work, the wrong pod refuses some, and some time out.

It happens when the address management lost its records (a wiped /var/lib/cni, a restored database, a reinstalled
node), when two clusters or two CNIs share a network, or when a pod was given the address of a tunnel device.

Check: `ip -4 address show` inside both pods, `ip route show | grep ADDRESS` on every node; `arping -c 2 -I cni0 ADDRESS`
shows two MACs when both are on one bridge.""",
    summary=("{one} and {other} both have {ip}",),
    why="Packets for {ip} reach one of the two, not always the right one.",
    fix=(
        "delete the newer of the two pods: it gets another address",
        "then repair the address records (Calico: calicoctl ipam check; host-local: /var/lib/cni/networks)",
    ),
)
