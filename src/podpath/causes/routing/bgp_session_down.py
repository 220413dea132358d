"""A node has no BGP session with a peer."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="bgp-session-down",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="A node has no BGP session with a peer",
    explain="""Calico's nodes tell each other by BGP which pods they have. Without a session a node learns none of the peer's routes, and forgets
those that it had. Packets for the peer's pods then take the default route and are lost, or routes through a third node carry them.

The daemon shows the state of the session. Connect, or Active without an error: nothing answers at TCP port 179 of the peer, so packets are lost on
the path or a firewall drops them. `Connection refused`: the peer runs no BIRD, or not on this address. `Host is unreachable`,
`No route to host`: the address is wrong, or a firewall rejects. `Cannot assign requested address`: the node does not have the
address that Calico believes it has. `Connection closed`, `BGP Error: Bad peer AS`: the peer does not know this node, or knows it by another address or
AS number. Passive: this node waits for the peer to open the session (Calico opens each session of its mesh from one side), so the peer shows the
reason. A session that has just started may still come up.

Check: `calicoctl node status`, `ss -tan '( sport = :179 or dport = :179 )'`, `calicoctl get nodes -o wide` for the addresses and AS numbers.""",
    summary=(
        "{node} has no BGP session with {peer_node} ({peer}): {state}, {error}",
        "{node} has no BGP session with {peer_node} ({peer}): {state}",
        "{node} has no BGP session with {peer}: {state}, {error}",
        "{node} has no BGP session with {peer}: {state}",
    ),
    why="{node} does not learn the routes to the pods of {peer}.",
    fix=(
        line("nc -vz -w 3 {asked_peer} 179", words="see whether TCP port 179 of the peer answers:"),
        "this node waits: {asking_peer} must open the session. Run `calicoctl node status` there to see why it does not",
        line("ss -tln sport = :179", words="see whether BIRD of {peer_node} listens:", on="{peer_node}"),
        "then compare the addresses and AS numbers: calicoctl get nodes -o wide",
    ),
    no_lab="a routing daemon's own state; what follows from it, a missing route, has faults of its own",
)
