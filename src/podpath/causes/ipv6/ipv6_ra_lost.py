"""The host ignores router advertisements, since it forwards."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="ipv6-ra-lost",
    title="The host lost its IPv6 default route when forwarding was enabled",
    explain="""A host learns its IPv6 default route from router advertisements, and a router ignores them. Docker and Kubernetes
make the host a router (net.ipv6.conf.all.forwarding = 1), and from then on the kernel ignores advertisements
on every device whose accept_ra is 1; with 2 it still accepts them. The route stays until its lifetime expires, so
the fault shows minutes or hours later.

It does not matter where NetworkManager or systemd-networkd handles advertisements itself: it then sets accept_ra to 0.

Check: `ip -6 route show default`, `sysctl net.ipv6.conf.eth0.accept_ra net.ipv6.conf.eth0.forwarding`.""",
    summary=("{dev} has an address from router advertisements, which {node} now ignores (forwarding 1, accept_ra 1): {now}",),
    why="The host and its containers lose IPv6 to the outside.",
    fix=(
        line("sysctl -w net.ipv6.conf.{setting}.accept_ra=2"),
        "to keep it: the same in /etc/sysctl.d, or a static default route",
    ),
    phrases={
        "now": {"gone": "there is no IPv6 default route left", "going": "the default route disappears when its lifetime expires"},
    },
    no_lab="no router announces itself in a lab, and everything in it is on the link",
)
