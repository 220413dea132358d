"""Docker keeps two of its networks apart."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="docker-network-isolation",
    severity=Severity.INFO,
    title="Docker keeps two of its networks apart",
    explain="""Containers of different networks that users made cannot talk: Docker's rules (DOCKER-ISOLATION-STAGE-2, DOCKER-FORWARD, DOCKER-INTERNAL) drop what
passes from one bridge to another, also by a published port on the host's own address. That is by design; told because the counter says
that somebody tries.

Look: `iptables -nvL DOCKER-ISOLATION-STAGE-2`: does the counter rise? `docker inspect NAME`: its networks.""",
    summary=("{node} has dropped {count} packets between networks of Docker ({chain})",),
    why="Containers of different networks do not reach each other.",
    fix=("docker network connect NETWORK CONTAINER   (so that both are on one network)",),
    sql=r"""
    -- A rule for each network counts; the one that counted most is shown.
    SELECT ns, arg_max(source, count) AS at_source, arg_max(line, count) AS at_line, sum(count)::BIGINT AS count, chain FROM (
        SELECT *, regexp_extract(said, '^\[(\d+):', 1)::BIGINT AS count, regexp_extract(said, '-A (\S+)', 1) AS chain
        FROM rule_line WHERE regexp_matches(said, '^\[[1-9]\d*:\d+\] -A DOCKER-(ISOLATION-STAGE-2|INTERNAL) .*-j DROP'))
    GROUP BY ns, chain
    """,
    over=("rule_line",),
)
