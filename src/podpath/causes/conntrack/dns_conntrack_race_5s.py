"""Name resolution is slow at times: two queries of one socket race in conntrack."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Confidence, Severity
from podpath.state.fix import otherwise

CAUSE: Final = Cause(
    name="dns-conntrack-race-5s",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Name resolution is slow at times: two queries of one socket race in conntrack",
    explain="""A resolver sends the queries for A and AAAA at once, from one socket. If the name server's address is that of a service, both
packets are translated,
and each adds the same connection to the table: the kernel drops the second one. The resolver repeats the query after 5 seconds.

The counter insert_failed counts the dropped packets; newer kernels resolve most such cases themselves, and then it does not rise.

Check: `conntrack -S` twice, some seconds apart: does insert_failed rise while names are slow? `cat /etc/resolv.conf` in a pod.""",
    summary=("{node} has dropped {count} packets whose connection another packet had just added",),
    why="The resolver repeats a lost DNS query after 5 seconds.",
    fix=(
        "run a DNS cache on each node (NodeLocal DNSCache)",
        otherwise("in the pods' resolv.conf: options single-request-reopen, or use-vc"),
    ),
    no_lab="a race: it comes by chance, and not when asked for",
)
