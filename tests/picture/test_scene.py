"""What of a map is drawn, and where."""

import pytest

from podpath.picture.blocks import Shape
from podpath.picture.model import Map
from podpath.picture.scene import Host, scene
from tests.picture.maps import hosts, sample


def areas(host: Host) -> list[tuple[float, float, float, float]]:
    """Return the places of the blocks of a node."""
    assert host.layout is not None
    places = zip(host.blocks, host.layout.boxes, strict=True)
    return [
        (at.x, at.y, at.x + block.box.width, at.y + block.box.height) for block, at in places if block.shape is not Shape.ROUTING
    ]


def shapes(graph: Map, *opened: str, everything: bool = False) -> list[str]:
    """Return the shapes that are drawn, of all nodes."""
    return [block.shape for host in scene(graph, opened, everything=everything) for block in host.blocks]


@pytest.mark.parametrize(
    "name",
    [
        "broken-tunnel",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("three-node-canal", "docker-host", "docker-bridge")),
    ],
)
def test_no_block_lies_over_another_one(name: str) -> None:
    """In no node of the samples."""
    for host in scene(sample(name)):
        boxes = areas(host)
        assert [
            (a, b) for at, a in enumerate(boxes) for b in boxes[:at]
            if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
        ] == []  # fmt: skip


def test_columns_are_the_same_in_every_node() -> None:
    """Blocks of a kind are equally wide and begin at one place."""
    found = {(block.shape, at.x, block.box.width) for host in scene(sample("broken-tunnel"))
             if host.layout is not None for block, at in zip(host.blocks, host.layout.boxes, strict=True)}  # fmt: skip
    assert len(found) == len({shape for shape, _, _ in found})


def test_what_is_not_folded_is_drawn_one_by_one() -> None:
    """A few containers are; many are one box with one chip; opened ones are drawn again."""
    assert shapes(hosts(1, 30)).count(Shape.SPACE) == 30
    assert shapes(hosts(1, 200)).count(Shape.SPACE) == 0
    assert shapes(hosts(1, 200), "n1/docker0").count(Shape.SPACE) == 200
    assert shapes(hosts(1, 200), everything=True).count(Shape.SPACE) == 200


def test_of_many_nodes_each_is_a_line() -> None:
    """Nothing in it is laid out, and its ties are kept."""
    drawn = scene(hosts(20, 3))
    assert {host.opened for host in drawn} == {False}
    assert all(len(host.ties) == 1 for host in drawn)
    assert [host.opened for host in scene(hosts(20, 3), ["n2"])].count(True) == 1


def test_an_object_is_found_where_it_is_drawn() -> None:
    """At the right or the left side of its box; nothing is known of what is not drawn."""
    (host, _) = scene(sample("broken-tunnel"))
    left, right = host.anchor("n1/netns:p1/eth0", right=False), host.anchor("n1/netns:p1/eth0", right=True)
    assert left is not None
    assert right is not None
    assert right.x > left.x
    assert right.y == left.y
    assert host.anchor("n9/host/eth0", right=True) is None


def test_a_node_among_many_opens_step_by_step() -> None:
    """First with its many containers in one box, then with each of them."""
    graph = hosts(20, 60)
    assert shapes(graph, "n2").count(Shape.FOLD) == 1
    assert shapes(graph, "n2").count(Shape.SPACE) == 0
    assert shapes(graph, "n2/docker0").count(Shape.SPACE) == 60
