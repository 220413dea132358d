"""The path of a packet as SVG, in a real browser."""

import re
from collections.abc import Callable

import pytest

from podpath.picture.path import crossings_of, legs_of, render
from podpath.state.step import Ended
from podpath.state.trace import Headers, Trace, Verdict
from tests.browser import Opened
from tests.picture.maps import HOSTILE, hosts, named, sample
from tests.picture.paths import NAT, OUT, SENT, one_way, path, sample_path, step

DELIVERED = one_way(Verdict.DELIVERED, *OUT, step("", "eth0", Ended("it listens"), SENT))
DROPPED = one_way(Verdict.DROPPED, *OUT, NAT, step("", "eth0", Ended("rule 3 of DOCKER-USER drops it")))
OPEN = one_way(Verdict.UNKNOWN, *OUT, step("", "eth0", Ended("who answers is not known")), unknown="who answers")
BACK = one_way(Verdict.DELIVERED, *reversed(OUT))
PATHS: dict[str, Trace] = {
    "dropped, with NAT": path(DROPPED),
    "there and back": path(DELIVERED, reply=BACK),
    "not known": path(OPEN),
    "chance": path(DROPPED._replace(probability=0.25), DELIVERED._replace(probability=0.75)),
    "nothing is drawn": path(one_way(Verdict.DROPPED, step("netns:elsewhere", "eth9", Ended("gone"), node="n9"))),
    "no step": path(one_way(Verdict.UNREACHABLE)),
}


def words(drawn: str) -> str:
    """Return what is written in a picture."""
    return " ".join(re.findall(r">([^<]+)</(?:text|tspan)>", drawn))


@pytest.mark.parametrize("name", PATHS)
def test_no_text_of_a_path_overlaps_or_is_cut(name: str, show: Callable[..., Opened]) -> None:
    """Measured by the browser, whatever becomes of the packet."""
    opened = show(render(PATHS[name], hosts(1, 3)))
    assert opened.faults() == []
    assert opened.said == []
    assert opened.asked == []


def test_the_sample_is_drawn_without_a_fault(show: Callable[..., Opened]) -> None:
    """A packet that dies in a tunnel, over two nodes; in dark colours too."""
    opened = show(render(sample_path(), sample("broken-tunnel")), dark=True)
    assert opened.faults() == []
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.page')).fill") == "rgb(18, 22, 27)"


def test_the_place_where_the_packet_dies_says_so() -> None:
    """In the box, above all with the cause and the mend, and at the end of the hops."""
    drawn = words(render(sample_path(), sample("broken-tunnel")))
    assert "dropped here" in drawn
    assert "p1 → p2 (icmp) is dropped on n2" in drawn
    assert "vtep-mac-mismatch:" in drawn
    assert "ip link set flannel.1 address 0a:58:0a:f4:02:00" in drawn
    assert "dropped as OTHERHOST" in drawn
    assert "not reached" in drawn


def test_each_hop_has_the_entry_that_decided_it() -> None:
    """The summary in words, and the line itself."""
    drawn = words(render(sample_path(), sample("broken-tunnel")))
    assert "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink" in drawn
    assert "10.244.2.0 dev flannel.1 lladdr 0a:58:0a:f4:02:00 PERMANENT" in drawn


def test_the_tunnel_is_an_envelope_round_the_packet() -> None:
    """Between the nodes, with its own addresses, and the packet's inside."""
    (there,) = legs_of(sample_path())
    (crossing,) = crossings_of(there)
    assert crossing.nodes == ("n1", "n2")
    assert crossing.packet.text == "10.244.1.10 → 10.244.2.10 icmp"
    assert crossing.envelopes == ("VXLAN 1, UDP 8472, 192.168.50.11 → 192.168.50.12",)
    drawn = render(sample_path(), sample("broken-tunnel"))
    assert drawn.count('class="envelope"') == 1


def test_who_should_get_it_is_shown_though_never_reached() -> None:
    """The destination's container is in the picture."""
    assert "10.244.2.10/24" in words(render(sample_path(), sample("broken-tunnel")))


def test_only_what_the_path_meets_is_drawn() -> None:
    """Neither other containers nor other nodes."""
    drawn = words(render(PATHS["there and back"], hosts(3, 4)))
    assert "web-0" in drawn
    assert "web-1" not in drawn
    assert "n2" not in drawn.split()


def test_an_address_that_changes_is_shown_where_it_does() -> None:
    """At the box, and as a packet after the hop that changes it."""
    drawn = words(render(PATHS["dropped, with NAT"], hosts(1, 1)))
    assert "source 172.17.0.2 becomes 192.0.2.10" in drawn
    assert "192.0.2.10 → 192.0.2.99:80 tcp" in drawn


def test_what_is_not_known_says_which_command_would_tell() -> None:
    """And the place from where on it is not."""
    drawn = words(render(PATHS["not known"], hosts(1, 1)))
    assert "on n1: ip rule show" in drawn
    assert "? not known from here on" in drawn


def test_of_several_ways_the_worst_is_drawn_and_the_others_are_named() -> None:
    """With their shares."""
    drawn = words(render(PATHS["chance"], hosts(1, 1)))
    assert "the worst is drawn (25% dropped); the others: 75% delivered" in drawn


def test_both_directions_have_a_line_and_numbers_of_their_own() -> None:
    """Told apart by shape: circles and a whole line, squares and a dashed one."""
    drawn = render(PATHS["there and back"], hosts(1, 1))
    assert 'class="way there"' in drawn
    assert 'class="way back"' in drawn
    assert '<circle class="badge there"' in drawn
    assert '<rect class="badge back"' in drawn


def test_hostile_names_stay_text(show: Callable[..., Opened]) -> None:
    """Those of nodes, containers and interfaces, and whatever a step says."""
    evil = HOSTILE[0]
    sent = Headers(evil, evil, evil)
    steps = (step(f"container:{evil}", evil, Ended(evil * 5), sent, node=evil), step("", "eth0", Ended(HOSTILE[1]), node=evil))
    opened = show(render(path(one_way(Verdict.DROPPED, *steps), flow=sent), named(HOSTILE, evil)))
    assert opened.page.evaluate("document.querySelectorAll('img, script').length") == 0
    assert opened.said == []
    assert opened.faults() == []
