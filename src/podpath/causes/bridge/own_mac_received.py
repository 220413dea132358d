"""A bridge has received frames with its own MAC as their source."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="own-mac-received",
    severity=Severity.WARNING,
    title="A bridge has received frames that it sent itself",
    explain="""A frame whose source is the bridge's own MAC cannot come from another host, unless that host has the same MAC. Either two ports of
the bridge lead to the same segment, so that frames come back (a loop: broadcasts go round until the links are full), or another machine
has the MAC: a cloned virtual machine, a copied MACAddress=. The kernel logs
`received packet on PORT with own address as source address`, and goes on.

Check: `bridge link` (which ports lead outside?), `bridge fdb show br BRIDGE`, `ip link` on the other machines: who has the MAC?""",
    summary=(
        "{node} has logged {often} that {dev} received frames with its own MAC {mac} on {member}",
        "{node} has logged {often} that {dev} received frames with its own MAC on {member}",
    ),
    why="There is a loop by {member}, or another machine has the MAC: frames for this host go elsewhere, or go round.",
    fix=(
        line("bridge link show", words="see which other port leads where {member} does:"),
        "take one of the two out of the bridge, or turn spanning tree on",
        "if there is no loop, give the other machine that has the MAC another one",
    ),
    no_lab="only the kernel's log shows it, and that log is one for the whole machine",
)
