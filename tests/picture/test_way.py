"""Where the line of a path runs."""

import math
from itertools import pairwise

from podpath.picture.graphviz import Point
from podpath.picture.path import legs_of
from podpath.picture.scene import scene
from podpath.picture.svg import MARGIN, frame_of, place
from podpath.picture.way import Piece, Track, length, met, middle, stops
from podpath.state.step import Ended
from podpath.state.trace import Verdict
from tests.picture.maps import hosts, sample
from tests.picture.paths import OUT, one_way, sample_path, step


def track_of_the_sample() -> tuple[Track, list[Piece]]:
    """Return where lines run in the sample's map, and the line of its path."""
    (leg,) = legs_of(sample_path())
    graph = met(sample("broken-tunnel"), [leg.stops])
    drawn = scene(graph, everything=True)
    frame = frame_of(graph, drawn)
    y, placed = float(MARGIN), []
    for host in drawn:
        placed.append(place(host, y, frame))
        y += placed[-1].height + 14
    track = Track(graph, placed, frame)
    return track, track.pieces(leg.stops)


def test_steps_at_one_place_are_one_stop() -> None:
    """And coming back there is another one."""
    again = step("container:web-0", "eth0", Ended("there"))
    found = stops(one_way(Verdict.DELIVERED, OUT[0], OUT[0], OUT[1], again))
    assert [(stop.id, len(stop.steps)) for stop in found] == [
        ("n1/container:web-0/eth0", 2), ("n1/host/docker0", 1), ("n1/container:web-0/eth0", 1)
    ]  # fmt: skip


def test_a_line_has_no_gap() -> None:
    """Each piece begins where the one before it ends, from the container to the device that drops."""
    _, pieces = track_of_the_sample()
    assert len(pieces) > 5
    gaps = [math.dist(one.points[-1], two.points[0]) for one, two in pairwise(pieces)]
    assert max(gaps) < 1


def test_only_what_is_met_is_kept() -> None:
    """The path's nodes in their order, with bridges and cables that no step names; nothing of what checks found."""
    (leg,) = legs_of(sample_path())
    small = met(sample("broken-tunnel"), [leg.stops])
    assert [node.name for node in small.nodes] == ["n1", "n2"]
    assert {item.name for item in small.nodes[0].host.interfaces} == {"eth0", "cni0", "vethadedb440", "flannel.1"}
    assert small.problems == ()
    assert all(not item.problems for node in small.nodes for space in node.spaces for item in space.interfaces)


def test_the_destination_is_kept_by_its_address() -> None:
    """Where exactly one has it."""
    found = met(hosts(2, 3), [stops(one_way(Verdict.DROPPED, OUT[0]))], "172.17.0.3")
    assert [node.name for node in found.nodes] == ["n1"]
    found = met(hosts(1, 3), [stops(one_way(Verdict.DROPPED, OUT[0]))], "172.17.0.3")
    assert {space.title for space in found.nodes[0].spaces} == {"n1", "web-0", "web-1"}


def test_a_stop_is_found_at_its_box() -> None:
    """Its number at a corner, the end of a way at the right side; what is not drawn has neither."""
    track, _ = track_of_the_sample()
    (leg,) = legs_of(sample_path())
    spots = [track.spot(stop, right=False) for stop in leg.stops]
    assert None not in spots
    assert len(set(spots)) == len(spots)
    end = track.end(leg.stops[-1])
    assert end is not None
    elsewhere = stops(one_way(Verdict.DROPPED, step("", "eth0", Ended(""), node="n9")))[0]
    assert track.spot(elsewhere, right=True) is None
    assert track.end(elsewhere) is None


def test_the_middle_of_a_line_is_on_it() -> None:
    """Of a straight one and of a curve."""
    straight = Piece((Point(0, 0), Point(10, 0)))
    assert middle(straight)[0] == Point(5, 0)
    curve = Piece((Point(0, 0), Point(5, 0), Point(5, 10), Point(10, 10)), curved=True)
    assert middle(curve)[0] == Point(5, 5)
    assert length(curve.points) == math.hypot(10, 10)
