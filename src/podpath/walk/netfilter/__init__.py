"""Netfilter of one namespace, as the kernel runs it (net/netfilter, net/ipv4/netfilter, net/bridge).

How a walker uses it
--------------------

Once for each namespace that it enters::

    rules = Ruleset.of(texts)                  # Text(command, text, source, line), from table `source`
    connections = Connections.of(entries)      # rows of table `conntrack`, or Connections() for none

A packet in a namespace carries a ``Track`` (the kernel's ``skb->_nfct``): None when it comes in from a device or
is made by a socket. It is lost where the packet leaves the namespace, and where a tunnel wraps it.

At each hook::

    outcomes = pass_hook(rules, Hook.PREROUTING, packet, context)

`context` says what the packet does not: devices, ports, the track, the connections, the sockets, the FIB. Each outcome
is one way in which it can go on. The walker follows those that end in `Verdict.ACCEPT` with `outcome.packet`,
`outcome.track` and `outcome.connections` (all three replace what it had), and multiplies probabilities.

- Outcomes with `doubts` are each possible, and nobody can tell which comes true: walk all of them; where they end alike
  the answer is known all the same, else it is unknown because of the first doubt, whose command would tell.
- `reroute` (only OUTPUT): look the route up again with the packet as it is now (address, mark or TOS changed).
  After PREROUTING the route is looked up anyway, with the packet of the outcome.
- `Verdict.REJECT`: `answer` goes back to the sender; its source address is None where routing chooses it.
- `note` is said where something passes that might not always (a rate limit).

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
    Owner,
    PacketType,
    RuleHit,
    Sockets,
    Taker,
    Text,
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
    "Owner",
    "PacketType",
    "RuleHit",
    "Ruleset",
    "Sockets",
    "Taker",
    "Text",
    "Track",
    "pass_hook",
]
