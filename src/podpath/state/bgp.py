"""Sessions of routing daemons, by which nodes learn each other's routes."""

from typing import NamedTuple

from podpath.state.address import Ip
from podpath.state.column import BgpState
from podpath.state.table import table


@table("bgp_peer", key="peer", same="*", agree="state", listing="calicoctl node status")
class BgpPeer(NamedTuple):
    """A BGP session of a node with a peer (``calicoctl node status``, ``birdcl show protocols``; RFC 4271, section 8.2.2).

    Attributes:
        peer: address of the peer.
        state: established, or what the session has come to: idle, connect, active, opensent, openconfirm.
        error: why it has come no further, in the daemon's words.
    """

    peer: Ip
    state: BgpState
    error: str | None = None
