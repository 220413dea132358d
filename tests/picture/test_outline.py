"""A map as boxes and lines."""

from podpath.picture.blocks import Sign
from podpath.picture.model import Problem, Status
from podpath.picture.outline import outline
from podpath.state.finding import Severity
from tests.picture.maps import hosts, sample


def test_lines_connect_boxes_that_are_there() -> None:
    """Folded or not, and what is between the nodes."""
    for graph in (sample("broken-tunnel"), hosts(1, 300), hosts(30, 3)):
        found = outline(graph)
        known = {item.id for group in found.groups for item in group.items} | {item.id for item in found.items}
        assert {end for line in found.lines for end in (line.tail, line.head)} <= known


def test_words_of_one_line_stay_together() -> None:
    """The name of an interface and its address."""
    (item,) = [item for group in outline(hosts(1, 1)).groups for item in group.items if item.lines[0] == "web-0"]
    assert item.lines[1] == "eth0 172.17.0.2/16"


def test_a_tunnel_is_a_line_of_its_own_kind() -> None:
    """And a broken one says so."""
    tunnels = [line for line in outline(sample("broken-tunnel")).lines if line.tunnel]
    assert {line.status for line in tunnels} == {Status.GOOD, Status.BROKEN}


def test_a_folded_node_says_what_is_wrong_in_it() -> None:
    """Its worst sign, and the first findings with their numbers."""
    graph = hosts(30, 3)
    problems = tuple(Problem(f"check-{at}", severity, "n5", "web-1", "", ()) for at, severity in enumerate(
        (Severity.ERROR, *[Severity.WARNING] * 4)))  # fmt: skip
    spaces = list(graph.nodes[4].spaces)
    spaces[2] = spaces[2]._replace(interfaces=(spaces[2].interfaces[0]._replace(problems=(0, 1, 2, 3, 4)),))
    node = graph.nodes[4]._replace(spaces=tuple(spaces))
    told = outline(graph._replace(nodes=(*graph.nodes[:4], node, *graph.nodes[5:]), problems=problems))
    (item,) = told.groups[4].items
    assert item.lines == ("3 containers", "check-0 (1)", "check-1 (2)", "check-2 (3)", "and 2 more")
    assert item.sign is Sign.ERROR
    assert [group for group in told.groups if group.items[0].sign is not None] == [told.groups[4]]


def test_many_containers_are_one_box() -> None:
    """As in the picture."""
    assert len(outline(hosts(1, 300)).groups[0].items) < 10
    assert len(outline(hosts(1, 300), everything=True).groups[0].items) > 300
