"""The rules that containers need were flushed."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import marked, tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="firewall-reload-wiped-rules",
    title="The rules that containers need were flushed",
    explain="""Docker, podman, kube-proxy and CNI plugins write rules into the table nat when they start, and expect them to stay. `iptables -F`, a
reload of firewalld, or a script that restores a saved ruleset at boot deletes them. The programs do not notice: published
ports, services and outgoing traffic fail until they are restarted.

Check: `iptables-save -t nat`: is it empty? `docker ps --format '{{.Ports}}'`.""",
    summary=(
        "{node} publishes port {port} for {container}, and no rule leads there: its table nat is empty",
        "the table nat of {node} is empty, but {chain}, whose program also writes to nat, is still in the table filter",
        "the table nat of {node} is empty, and other nodes have rules in theirs",
    ),
    why="Nothing is translated: no service and no outgoing traffic works, and no published port except those that docker-proxy handles.",
    fix=(
        line("systemctl restart {docker}"),
        line("podman network reload {podman}"),
        "restart the programs that write the rules on {node}: {unclear}",
        "stop flushing: load your own rules into your own chains",
    ),
)


def nat_gone(said: str, programs: tuple[str, ...], why: str, fix: tuple[Fix, ...]) -> Words:
    """Return the words for programs whose rules in the table nat are gone, while those in filter are there.

    Args:
        said: what is missing for the packet.
        programs: the programs.
        why: what happens to the packet.
        fix: what makes them write their rules again, and what helps until then.
    """
    return CAUSE.words(
        tr(
            "{said} the table nat has no chain of {programs}, whose chains in the table filter exist",
            said=said,
            programs=tr(" and ").join(programs),
        ),
        tr("{why} A reloaded firewall or `iptables -t nat -F` has this effect.", why=why),
        *fix,
    )


FLUSHED: Final = marked(
    "Docker writes a rule for each of its networks and published ports, and there is none for this one: somebody has flushed them."
)
"""Return the fact that a rule of Docker's own is gone."""
CUT_OFF: Final = marked("Docker's chains exist, but no rule of FORWARD jumps to them any more: somebody has flushed it.")
"""Return the fact that chains are left which no rule jumps to."""
