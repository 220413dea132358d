"""An IPv6 address is not used, because somebody else answered for it."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="ipv6-dad-failed",
    title="An IPv6 address failed duplicate address detection",
    explain="""Before it uses an IPv6 address, the kernel asks on the link whether another host has it. If it gets an answer, or its
own solicitation comes back, the address stays tentative and is marked dadfailed: nothing can use it, and programs that
bind to it fail with `Cannot assign requested address`.

It happens when another pod still has the address, or when a bridge port in hairpin mode or a promiscuous device sends
the solicitation back to its sender.

Check: `ip -6 address show` (tentative dadfailed); `ip -6 neigh show` for another owner.""",
    summary=(
        "{node} has logged {often} that {mac} has {ip} of {dev}, too",
        "{node} has logged {often} that somebody else has {ip}, too",
        "{ip} on {dev}{where} is marked dadfailed: the kernel does not use it",
    ),
    why="Nothing can be sent from or received at {ip}.",
    fix=(
        "find and remove the other owner of {ip}",
        line("ip -6 address del {ip}/{len} dev {dev}", words="then"),
        line("ip -6 address add {ip}/{len} dev {dev}", words="then"),
        line(
            "sysctl -w net.ipv6.conf.{setting}.accept_dad=0",
            words="if the bridge sends the solicitation back,",
            instead=True,
            note="before the address is set",
        ),
    ),
)
