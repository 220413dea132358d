"""A conntrack entry sends a UDP flow to a target that is gone."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="stale-udp-conntrack",
    title="A conntrack entry sends a UDP flow to a target that is gone",
    explain="""A UDP flow keeps the translation of its first packet as long as packets follow. When the pod behind a service or a published
port is replaced, a client that keeps its source port (statsd, syslog, SIP, a DNS forwarder) still sends to the old
pod. New sockets get the new pod, so "it works when I try it".

The entry is in the connection tracking table: its original destination is the service, and its reply source is a dead address,
or the service's address itself (a flow that began before the service had endpoints).

Check: `conntrack -L -p udp --orig-dst SERVICEIP`.""",
    summary=(
        "a UDP flow from {src} to {dst} port {dport} still goes to {was}, which is not an endpoint of {what}",
        "a UDP flow from {src} to {dst} port {dport} still goes to {was}, which no device has",
    ),
    why="Its packets are lost until the flow pauses for longer than its timeout.",
    fix=(line("conntrack -D -p udp --orig-dst {dst} --orig-port-dst {dport}"),),
    no_lab="only a client that keeps its source port sees it, and the matrix takes a new one each time",
)


def held(node: str, flow: str, was: str, now: str, ends: tuple[str, str, str], then: str) -> Words:
    """Return the words for a UDP flow that is tracked to another end than the rules lead to now.

    Args:
        node: node that holds it.
        flow: the flow's ends.
        was: where it is led.
        now: where the rules would lead it.
        ends: source, destination and destination port of the entry.
        then: what happens to its packets.
    """
    src, dst, dport = ends
    return CAUSE.words(
        tr(
            "a conntrack entry on {node} still sends the UDP flow from {flow} to {was}, but its rules now lead to {now}",
            node=node,
            flow=flow,
            was=was,
            now=now,
        ),
        sentence(then),
        do("conntrack", "-D", "-p", "udp", "--orig-src", src, "--orig-dst", dst, "--orig-port-dst", dport),
    )
