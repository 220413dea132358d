"""A transparent proxy gets no connections."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.address import V4
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="tproxy-route-missing",
    title="A transparent proxy gets no connections",
    explain="""A rule redirects connections to a proxy on this node without changing their addresses (TPROXY). The kernel delivers such a packet
only if a route makes its destination local; a routing rule for the mark that TPROXY sets selects that route. If a restart of the network,
or another program, has removed the rule or the table, the kernel tries to forward a packet that has a socket, and drops it.

    ip rule show                        fwmark 0x1 lookup 100
    ip route show table 100             local default dev lo""",
)


def not_local(node: str, port: int | None, address: str, mark: int, family: int) -> Words:
    """Return the words for a packet that TPROXY gave a socket, and that no route makes local (ip_forward drops it)."""
    ip, anything = (("ip",), "0.0.0.0/0") if family == V4 else (("ip", "-6"), "::/0")
    routed = (
        do(*ip, "rule", "add", "fwmark", f"{mark:#x}", "lookup", "100"),
        do(*ip, "route", "add", "local", anything, "dev", "lo", "table", "100"),
    )
    marks = tr("make the rule set a mark (--tproxy-mark 0x1/0x1), and add a routing rule for the mark with its own table")
    return CAUSE.words(
        tr(
            "TPROXY on {node} redirects the packet to port {port}, but no route makes {address} local for mark {mark:#x}",
            node=node,
            port=port,
            address=address,
            mark=mark,
        ),
        tr("The kernel does not forward a packet that already has a socket: it drops it."),
        *(routed if mark else (marks,)),
    )
