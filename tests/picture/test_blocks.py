"""What is written into the boxes."""

from podpath.picture.blocks import Block, Sign, chip_block, device_block, fold_block, rail_block, sign_of, space_block, worst
from podpath.picture.model import Interface, Map, Problem, Role, Space, State
from podpath.state.evidence import Unknown
from podpath.state.finding import Severity

PROBLEM = Problem("device-down", Severity.ERROR, "n1", "n1 cni0", "cni0 is down", ("n1/host/cni0",))
GRAPH = Map((), (), (), (PROBLEM, PROBLEM._replace(severity=Severity.WARNING)))


def interface(
    name: str, role: Role = Role.CABLE, state: State = State.UP, problems: tuple[int, ...] = (), unknown: Unknown | None = None
) -> Interface:
    """Return an interface."""
    mac, addresses = "02:00:00:00:00:01", ("10.0.0.2/24",)
    return Interface(f"n1/host/{name}", name, role, "veth", state, mac, 1500, addresses, (), problems, unknown)


def words(block: Block) -> list[str]:
    """Return what is written in a block."""
    return [word.text.shown for word in block.words]


def test_a_namespace_has_its_interfaces_with_address_and_mac() -> None:
    """A port for each, so that its cable can be drawn."""
    block = space_block(GRAPH, Space("n1/pod:a", "pod:a", "shop/a", ("app", "log"), (interface("eth0"), interface("net1"))))
    assert words(block)[:4] == ["shop/a", "app, log", "eth0", "10.0.0.2/24"]
    assert "02:00:00:00:00:01" in words(block)
    assert [port for port, _ in block.ports.values()] == [0, 1]


def test_a_namespace_without_an_interface_says_so() -> None:
    """Nothing is left empty."""
    assert "no interface" in words(space_block(GRAPH, Space("n1/pod:a", "pod:a", "a", (), ())))


def test_what_is_wrong_is_named_in_the_box() -> None:
    """By its check, with the number that it has in the list."""
    block = device_block(GRAPH, interface("cni0", problems=(0,)))
    assert block.sign is Sign.ERROR
    assert "device-down (1)" in words(block)


def test_the_worst_sign_stands_for_all() -> None:
    """A finding before a state, a state before what is not known."""
    assert worst([Sign.UNKNOWN, Sign.WARNING, Sign.DOWN, None]) is Sign.WARNING
    assert worst([]) is None
    unknown = Unknown("n1", "x", "ip link")
    assert sign_of(GRAPH, interface("a", state=State.DOWN, problems=(1,))) is Sign.WARNING
    assert sign_of(GRAPH, interface("a", state=State.DOWN, unknown=unknown)) is Sign.DOWN
    assert sign_of(GRAPH, interface("a", unknown=unknown)) is Sign.UNKNOWN
    assert sign_of(GRAPH, interface("a")) is None


def test_a_rail_has_a_chip_for_each_port() -> None:
    """As high as the container behind it; folded ports share one."""
    bridge = interface("br0", Role.BRIDGE)
    block = rail_block(GRAPH, bridge, [(interface("veth1"), "", 80), (None, "fold", 50)], 7)
    assert {"br0", "veth1", "7 ports"} <= set(words(block))
    assert [row.height for row in block.box.rows[1:]] == [80, 50]
    assert "fold" in block.ports


def test_what_is_down_or_not_known_says_so_in_words() -> None:
    """Not by a colour alone."""
    assert "down" in words(chip_block(GRAPH, interface("cali1", state=State.DOWN), ""))
    assert "no carrier" in words(device_block(GRAPH, interface("eth1", state=State.NO_CARRIER)))
    space = Space("n1/pod:a", "pod:a", "a", (), (interface("eth0", unknown=Unknown("n1", "its other end", "ip link")),))
    assert "other end not proven" in words(space_block(GRAPH, space))


def test_folded_containers_say_how_many_and_which() -> None:
    """The first and the last name of them."""
    spaces = [Space(f"n1/{name}", name, name, (), ()) for name in ("a", "b", "c")]
    assert words(fold_block(GRAPH, "fold", spaces, "3 containers")) == ["3 containers", "a … c"]


def test_nothing_is_written_outside_of_its_box() -> None:
    """A box is as wide as its words need."""
    block = space_block(GRAPH, Space("n1/pod:a", "pod:a", "a" * 300, ("b" * 300,), (interface("x" * 15),)))
    assert all(word.x + word.text.width <= block.box.width for word in block.words)
