"""A program accepts no new connections."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import otherwise

CAUSE: Final = Cause(
    name="listen-backlog-full",
    title="A program accepts no new connections",
    explain="""The accept queue of a listening socket is longer than its backlog; the kernel drops new connections. The program is too slow, or hangs.

The kernel logs "Possible SYN flooding on port N" when too many handshakes wait there: an attack, or a backlog that is too short.

Check: `ss -tln` (Recv-Q above Send-Q), `nstat -az TcpExtListenOverflows`, `dmesg | grep "SYN flooding"`.""",
    severity=Severity.WARNING,
    summary=("{node} has logged {often} that too many new connections wait for TCP port {port}",),
    why="The kernel drops new connections, or answers without remembering them (SYN cookies), until there is room.",
    fix=(
        line("ss -tln sport = :{port}", words="see whether the program accepts connections, in its namespace:"),
        otherwise("make it listen with a longer backlog, and raise net.core.somaxconn"),
    ),
    no_lab="only the kernel's log shows it, and that log is one for the whole machine",
)


def full(socket: str, node: str, waiting: int) -> Words:
    """Return the words for a listener that takes no connection (tcp_conn_request: sk_acceptq_is_full)."""
    return CAUSE.words(
        tr("the backlog of {socket} on {node} is full: {waiting} connections wait", socket=socket, node=node, waiting=waiting),
        tr("The kernel drops new connections until the program accepts some."),
        "find out why the program does not accept connections, or make it listen with a longer backlog",
    )
