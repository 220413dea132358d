"""What people see of a lab."""

import pytest

from podpath.lab import show
from podpath.lab.client import Cluster
from podpath.lab.compose import compose
from podpath.lab.faults import run
from podpath.lab.load import load
from podpath.lab.matrix import measure

ASCII = show.Signs(unicode=False)


def test_a_line_for_each_node() -> None:
    """With its pods, or their number where they are many."""
    lines = show.population(compose(load("flannel-vxlan", 2, 30)))
    assert lines[0] == "  n1    192.168.50.11      15 pods"
    assert lines[-1] == "  ext   192.168.50.100     the outside host"


@pytest.mark.lab
def test_a_healthy_table_says_so_in_one_line(small: Cluster) -> None:
    """Signs for every pair; the outside host is not meant to reach pods."""
    lines = show.matrix(measure(small), small.plan, ASCII)
    assert lines[0] == "from   p1  p3  p2  p4  n1  n2  ext"
    assert lines[1] == "n1/p1      +   +   +   +   +   +"
    assert lines[7] == "ext    .   .   .   .   +   +"
    assert lines[-1] == "+ all pairs behave as they should: 252 probes"


@pytest.mark.lab
def test_what_is_broken_is_folded(small: Cluster) -> None:
    """One line for all pairs that tell the same."""
    run.inject(small, "vtep-mac-mismatch", "n2")
    try:
        lines = show.matrix(measure(small, known=run.symptoms(small)), small.plan, ASCII)
    finally:
        run.mend(small)
    assert "n1/p1      +   x   x   +   +   +" in lines
    assert lines[-2:] == [
        "  pods@n1 n1 -> pods@n2: everything: no answer (ETIMEDOUT)",
        "  pods@n2 n2 -> pods@n1: everything: no answer (ETIMEDOUT)",
    ]


@pytest.mark.lab
def test_sizes_and_protocols_are_told_apart(small: Cluster) -> None:
    """What is large is lost, or what is TCP and UDP is refused."""
    for fault, words in (
        ("mtu-exceeds-path", "everything large: no answer"),
        ("target-not-listening", "tcp, udp: connection refused"),
    ):
        run.inject(small, fault, "n2")
        try:
            lines = show.matrix(measure(small, known=run.symptoms(small)), small.plan, ASCII)
        finally:
            run.mend(small)
        assert any(words in line for line in lines), lines
