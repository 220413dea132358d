"""The name server of Docker is not reachable inside a container."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="docker-embedded-dns-broken",
    severity=Severity.ERROR,
    title="The name server of Docker is not reachable inside a container",
    explain="""In networks that users make, containers ask 127.0.0.11 for names. Nothing listens there at port 53: rules in the container's own namespace
translate the question to a port at which Docker listens inside. When these rules are gone, no name is found, while addresses work.

It happens when a firewall inside the container flushes the table nat, and when rules went to the other back end of iptables.

Look: `nsenter -t PID -n iptables-save -t nat`: DOCKER_OUTPUT with two DNATs to 127.0.0.11.""",
    summary=("{space} asks 127.0.0.11 for names, and no rule there leads the question to Docker",),
    why="No name is found in that container.",
    fix=(
        "restart the container: Docker writes the rules anew",
        "do not flush the table nat inside containers",
    ),
    sql="""
    SELECT r.ns, n.kind || ' ' || n.name AS space, r.rowid AS row_resolver, c.rowid AS row_coverage, 'DOCKER_OUTPUT' AS needle_coverage
    FROM resolver r JOIN netns n ON n.ns = r.ns AND n.kind <> 'host'
    JOIN (SELECT ns, min(rowid) AS rowid FROM coverage WHERE "table" = 'ruleset' AND complete <> 'no' AND (part IS NULL OR part IN ('iptables', 'nft'))
          GROUP BY ns) c ON c.ns = r.ns
    WHERE r."address" = ip4('127.0.0.11')
      AND NOT EXISTS (SELECT 1 FROM source s WHERE s.ns = r.ns AND s."text" LIKE '%127.0.0.11%' AND regexp_matches(s.command, 'tables|nft'))
      AND NOT EXISTS (SELECT 1 FROM socket k WHERE k.ns = r.ns AND k.local = ip4('127.0.0.11') AND k.local_port = 53)
    """,
    over=("resolver",),
)
