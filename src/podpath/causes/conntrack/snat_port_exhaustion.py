"""No source port is left for new connections to one address and port."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="snat-port-exhaustion",
    title="No source port is left for new connections to one address and port",
    explain="""A connection with a translated source address needs a source port that no other connection to the same address and port has. There are
64,512 of them (1024-65535), or as many as the rule allows with --to-ports. When all are in use, new connections to
that one target fail, while all others work.

It happens with proxies that open a connection for each request, and with rules that leave a few ports only.

Check: `conntrack -L -d TARGET | wc -l`; `iptables -t nat -S`: --to-ports; `conntrack -S`: insert_failed.""",
    summary=(
        "connections to {target} port {port} ({proto}) use {used} of {room} source ports of {address}",
        "a rule on {node} allows only {few} per target for all connections that it masquerades",
    ),
    why="The kernel drops further connections to that target: no port is left.",
    fix=(
        "reuse connections (keep-alive), or give {node} more source addresses",
        "widen the range after --to-ports",
    ),
)

MORE: Final = "give it more source ports or addresses, or reuse connections: conntrack -S counts insert_failed"
"""Return the fix if no rule has a range that can be widened."""
