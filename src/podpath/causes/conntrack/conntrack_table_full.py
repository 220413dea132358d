"""The table of tracked connections is full."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="conntrack-table-full",
    title="The table of tracked connections is full",
    explain="""The kernel records every connection through a host in one table, with a limit for each network namespace. When the table is
full, the kernel drops the first packet of a new connection: new connections time out at random, old ones continue.

Many short connections, UDP floods (each packet from a new port is an entry) and long-lived entries fill it: closed TCP
connections stay for a minute, with kube-proxy's settings CLOSE_WAIT for an hour.

Check: `sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`; `conntrack -S` counts drop and early_drop;
`dmesg | grep "table full"`.""",
    summary=(
        "{count} of {most} connections are tracked on {node}{where}: {share} %",
        "{node} has logged {often} that the table of tracked connections was full, and that it dropped packets",
    ),
    why="There is no room for a new connection: the kernel drops its first packet.",
    fix=(
        line("sysctl net.netfilter.{unread}", words="see the limit, and raise it:"),
        line("sysctl -w net.netfilter.nf_conntrack_max={more}"),
        line("conntrack -L", words="find the program that opens so many,"),
    ),
    no_lab="the limit is one for the whole machine, and a lab leaves the machine's own settings alone",
)
