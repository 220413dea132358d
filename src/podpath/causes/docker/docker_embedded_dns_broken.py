"""A container cannot reach Docker's name server."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="docker-embedded-dns-broken",
    title="A container cannot reach Docker's name server",
    explain="""In user-defined networks, containers send DNS queries to 127.0.0.11. Nothing listens there on port 53: rules in the container's own
namespace redirect the query to the port on which Docker listens. Without these rules no name resolves, while addresses work.

It happens when a firewall inside the container flushes the table nat, or when the rules were written to the other iptables back end.

Check: `nsenter -t PID -n iptables-save -t nat`: DOCKER_OUTPUT with two DNATs to 127.0.0.11.""",
    summary=("{space} uses the name server 127.0.0.11, and no rule there redirects queries to Docker",),
    why="No name can be resolved in this container.",
    fix=(
        "restart the container: Docker writes the rules again",
        "do not flush the table nat inside containers",
    ),
    no_lab="nothing in a lab asks for names; see `podpath check`, which reads resolv.conf",
)
