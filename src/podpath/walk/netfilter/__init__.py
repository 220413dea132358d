"""Netfilter of one namespace, as the kernel runs it (net/netfilter, net/ipv4/netfilter, net/bridge).

How a walker uses it
--------------------

Once for each namespace that it enters::

    rules = Ruleset.of(texts)                  # Listing(command, text, source, line), from table `source`
    connections = Connections.of(entries)      # rows of table `conntrack`, or Connections() for none

A packet in a namespace carries a ``Track`` (the kernel's ``skb->_nfct``): None if it arrives on a device or
is made by a socket. It is lost when the packet leaves the namespace, or when a tunnel encapsulates it.

At each hook::

    outcomes = pass_hook(rules, Hook.PREROUTING, packet, context)

`context` says what the packet does not: devices, ports, the track, the connections, the sockets, the FIB. Each outcome is
one way in which the packet can continue. The walker follows those that end in `Verdict.ACCEPT` with `outcome.packet`,
`outcome.track` and `outcome.connections` (all three replace what it had), and multiplies probabilities.

- Each outcome with `doubts` is possible: walk all of them. If they have the same end, the answer
  is known; else it is unknown because of the first doubt, whose command would show it.
- `reroute` (only OUTPUT): look the route up again with the packet as it is now (address, mark or TOS changed).
  After PREROUTING the route is looked up anyway, with the packet of the outcome.
- `Verdict.REJECT`: `answer` goes back to the sender; its source address is None if routing chooses it.
- `note` explains why a packet passes that might not always pass (a rate limit).

Order of hooks, as the kernel calls them:

==================  =============================================================================================
forwarded           PREROUTING, route (iif), FORWARD, POSTROUTING
delivered           PREROUTING, route, INPUT
sent by a socket    route, OUTPUT, route again if told, POSTROUTING
through a bridge    BRIDGE_PREROUTING [PREROUTING], FDB, BRIDGE_FORWARD [FORWARD], BRIDGE_POSTROUTING [POSTROUTING]
up from a bridge    BRIDGE_PREROUTING [PREROUTING], BRIDGE_INPUT, then as an IP packet from the bridge
                    (PREROUTING is not passed a second time if br_netfilter passed it)
down to a bridge    … POSTROUTING, BRIDGE_OUTPUT, BRIDGE_POSTROUTING
ingress, egress     INGRESS after tc's ingress and before a bridge or macvlan takes the frame; EGRESS before tc's egress
==================  =============================================================================================

Those in brackets only where br_netfilter is loaded and on for the family (``bridge-nf-call-iptables`` of the namespace, or the
bridge's own ``nf_call_iptables``); `iif` and `oif` are then the bridge, `physin` and `physout` its ports. Where PREROUTING on a
bridge changed the destination, the frame goes where the route to the new one leads (br_nf_pre_routing_finish).

Connection tracking looks a packet up in PREROUTING and OUTPUT (priority -200), NAT is decided there and in POSTROUTING and
INPUT, and the connection is confirmed at the end of those two: nothing of that is the walker's to do. A reply is walked with the
connections that the first packet left behind in each namespace.
"""

from podpath.walk.netfilter.connection import Connections, Info, Track
from podpath.walk.netfilter.evaluate import pass_hook
from podpath.walk.netfilter.interface import (
    AddressType,
    Context,
    Device,
    Doubt,
    Fib,
    Hook,
    HookOutcome,
    HookVerdict,
    Listing,
    Owner,
    PacketType,
    RuleHit,
    Sockets,
    Taker,
)
from podpath.walk.netfilter.ruleset import Ruleset

__all__ = [
    "AddressType",
    "Connections",
    "Context",
    "Device",
    "Doubt",
    "Fib",
    "Hook",
    "HookOutcome",
    "HookVerdict",
    "Info",
    "Listing",
    "Owner",
    "PacketType",
    "RuleHit",
    "Ruleset",
    "Sockets",
    "Taker",
    "Track",
    "pass_hook",
]
