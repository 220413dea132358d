"""The host does not answer a Calico pod's ARP, because proxy ARP is off on the pod's device."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import marked, tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="cali-proxy-arp-off",
    title="Proxy ARP is off on a Calico pod's device",
    explain="""A Calico pod sends everything to the gateway 169.254.1.1. The host's end of its veth has no address; the host answers
the pod's ARP request by proxy ARP, which Calico enables on each such device. If proxy_arp is 0, nobody answers,
and the pod reaches nothing once its neighbour entry has gone stale.

It happens when Felix could not write the setting (a read-only /proc/sys), or when a hardening script reset it.

Check: `sysctl -ar 'cali.*proxy_arp'` on the host, `ip neigh show` in the pod: 169.254.1.1 is INCOMPLETE or FAILED.""",
    summary=("proxy ARP is off on {dev}{more}: the pod behind it gets no ARP reply for its gateway 169.254.1.1",),
    why="The pod reaches nothing outside itself.",
    fix=(
        line("sysctl -w net.ipv4.conf.{dev}.proxy_arp=1"),
        "restart calico-node on {node}: it sets this for every pod",
    ),
)


def silent(dev: str, node: str, gateway: str, setting: str) -> Words:
    """Return the words for the host's end of a cable that answers for no gateway (arp_process)."""
    return CAUSE.words(
        tr("{dev} on {node} does not answer for {gateway} (proxy_arp = 0)", dev=dev, node=node, gateway=gateway),
        tr(_CUT_OFF),
        do("sysctl", "-w", f"{setting}=1"),
    )


def consequence(dev: str, gateway: str) -> str:
    """Return what follows where something else keeps the host's end of a cable from answering."""
    return tr("So {dev} does not answer for {gateway}. {cut_off}", dev=dev, gateway=gateway, cut_off=tr(_CUT_OFF))


_CUT_OFF: Final = marked("The container at the other end of the veth pair reaches nothing outside itself.")
