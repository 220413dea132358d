"""The neighbour table is full, or nearly."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="neighbour-table-overflow",
    severity=Severity.WARNING,
    title="The neighbour table is full or nearly full",
    explain="""The kernel has one neighbour (ARP) table for all network namespaces of a machine. At gc_thresh3 entries the table
is full: the kernel drops packets to addresses that are not in it yet, seemingly at random, while packets to known
neighbours pass. Permanent entries do not count.

It happens on dense nodes and large flat networks, where the default of 1024 is soon reached.

Check: `ip neigh show nud all | wc -l` in every namespace, `sysctl net.ipv4.neigh.default.gc_thresh3`,
`cat /proc/net/stat/arp_cache` (table_fulls, in hexadecimal), `dmesg | grep "table overflow"`.""",
    summary=(
        "{node} has {count} IPv{family} neighbours, and the limit of the table is {limit}",
        "{node} has logged {often} that its IPv{family} neighbour table was full",
    ),
    why="Packets to neighbours that are not in the table yet are dropped.",
    fix=(
        line("sysctl net.ipv{family}.neigh.default.{unread}", words="see the limit, and raise it:"),
        line(
            "sysctl -w net.ipv{family}.neigh.default.gc_thresh3={more}",
            note="in the host's own namespace; set gc_thresh2 and gc_thresh1 below it",
        ),
        "to keep it: the same in /etc/sysctl.d",
    ),
    no_lab="the table is one for the whole machine: filling it would break the machine's own network",
)
