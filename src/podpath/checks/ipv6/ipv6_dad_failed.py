"""An IPv6 address is not used, because somebody else answered for it."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="ipv6-dad-failed",
    severity=Severity.ERROR,
    title="An IPv6 address failed duplicate address detection",
    explain="""Before it uses an IPv6 address, the kernel asks on the link whether somebody else has it. When it hears an answer, or its
own question comes back to it, the address stays tentative and is marked dadfailed: nothing can use it, and programs that
bind to it fail with `Cannot assign requested address`.

It happens when another pod still holds the address, or when a bridge port in hairpin mode or a promiscuous device sends
the question back to where it came from.

Look: `ip -6 address show` (tentative dadfailed); `ip -6 neigh show` for another owner.""",
    summary=("{ip} on {dev}{where} is marked dadfailed: it is not used",),
    why="Nothing can be sent from or received at {ip}.",
    fix=(
        "find and remove the other owner of {ip}, then on {node}: {run}ip -6 address del {ip}/{len} dev {dev}, and add it again",
        "or, when it is the bridge that sends the question back: sysctl -w net.ipv6.conf.{setting}.accept_dad=0 before the address is set",
    ),
    sql="""
    SELECT ns, "address" AS ip, length AS len, dev, replace(dev, '.', '/') AS setting, rowid AS row_address FROM "address"
    WHERE family = 6 AND has_flag(flags, 'dadfailed')
    """,
)
