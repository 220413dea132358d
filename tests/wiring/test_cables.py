"""The other end of a veth."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from podpath.snapshot.store import Store
from podpath.state.host import NetnsId
from podpath.state.link import Link
from podpath.wiring.cables import Device
from podpath.wiring.wiring import Wiring


def store_of(spaces: Mapping[str, Sequence[NamedTuple]], inodes: dict[str, int] | None = None) -> Store:
    """Return a snapshot of one node: its namespaces by name, the host's with the empty one."""
    store = Store()
    node = store.node("h")
    for name, rows in spaces.items():
        ns = store.netns(node, "container" if name else "host", name, inode=(inodes or {}).get(name))
        store.add(ns, 0, ((0, row) for row in rows))
    store.flush()
    return store


def end_of(store: Store, space: str, dev: str) -> tuple[str | None, bool, str]:
    """Return (namespace and name, whether nothing else can be meant, reason) of a device's other end."""
    wiring = Wiring(store)
    ns = next(s.ns for s in wiring.spaces.values() if s.name == space)
    link = wiring.named(ns, dev)
    assert link is not None
    cable = wiring.other(Device(ns, link))
    place = None if cable.far is None else f"{wiring.spaces[cable.far.ns].name}/{cable.far.link.name}"
    return place, cable.known, cable.reason


def veth(name: str, index: int, peer: int, nsid: int | None = 0, master: str | None = None) -> Link:
    """Return a veth."""
    return Link(name, index, "veth", peer_index=peer, peer_netns=nsid, master=master)


ALIKE: dict[str, list[NamedTuple]] = {
    "": [veth("v1", 5, 2, 0), veth("v2", 6, 2, 1), NetnsId(0, 101), NetnsId(1, 102)],
    "a": [veth("eth0", 2, 5), NetnsId(0, 100)],
    "b": [veth("eth0", 2, 6), NetnsId(0, 100)],
}
INODES = {"": 100, "a": 101, "b": 102}


def test_identifiers_tell_namespaces_apart_that_look_the_same() -> None:
    """Every container's eth0 has index 2."""
    with store_of(ALIKE, INODES) as store:
        assert end_of(store, "a", "eth0")[:2] == ("/v1", True)
        assert end_of(store, "b", "eth0")[:2] == ("/v2", True)
        assert end_of(store, "", "v2")[:2] == ("b/eth0", True)


def test_an_identifier_whose_namespace_was_not_seen_leads_nowhere() -> None:
    """Not to another one with the same index."""
    spaces: dict[str, list[NamedTuple]] = {**ALIKE, "": [veth("v1", 5, 2, 7)]}
    with store_of(spaces, INODES) as store:
        place, known, reason = end_of(store, "", "v1")
    assert (place, known) == (None, False)
    assert "(id 7)" in reason


def test_an_end_that_is_gone_is_unknown() -> None:
    """The namespace is known, the interface is not in it."""
    with store_of({**ALIKE, "a": []}, INODES) as store:
        assert end_of(store, "", "v1")[1] is False


def test_pasted_text_is_paired_where_nothing_else_can_be_meant() -> None:
    """Identifiers mean nothing there."""
    with store_of({"": [veth("v1", 5, 2)], "a": [veth("eth0", 2, 5)]}) as store:
        assert end_of(store, "a", "eth0")[:2] == ("/v1", True)
    with store_of({"": [veth("v1", 5, 2)], "a": [veth("eth0", 2, 5)], "b": [veth("eth0", 2, 5)]}) as store:
        assert end_of(store, "a", "eth0")[1] is False


def test_both_ends_in_one_namespace_are_named_by_name() -> None:
    """As the kernel does."""
    with store_of({"": [Link("v0", 2, "veth", parent="v1"), Link("v1", 3, "veth", parent="v0")]}) as store:
        assert end_of(store, "", "v0")[:2] == ("/v1", True)


def test_a_macvlan_leads_to_the_device_below() -> None:
    """In the host's namespace."""
    spaces: dict[str, list[NamedTuple]] = {
        "": [Link("eth0", 2), NetnsId(0, 101)],
        "a": [Link("mv0", 9, "macvlan", peer_index=2, peer_netns=0), NetnsId(0, 100)],
    }
    with store_of(spaces, {"": 100, "a": 101}) as store:
        assert end_of(store, "a", "mv0")[:2] == ("/eth0", True)
    with store_of({"": [Link("eth0", 2)], "a": [Link("mv0", 9, "macvlan", peer_index=2, peer_netns=0)]}) as store:
        assert end_of(store, "a", "mv0")[:2] == ("/eth0", True)


def test_a_device_in_the_other_ends_own_namespace_is_no_twin() -> None:
    """Its own other end is elsewhere: two devices of one namespace cannot be the ends of one cable by index and identifier."""
    spaces = {"": [veth("v1", 5, 2), veth("v2", 2, 5, 1)], "a": [veth("eth0", 2, 5)]}
    with store_of(spaces) as store:
        assert end_of(store, "a", "eth0")[:2] == ("/v1", True)


def test_what_a_device_of_pasted_text_stands_on_is_known_where_only_one_has_the_index() -> None:
    """Every container's eth0 may have the index that a macvlan names."""
    mv = Link("mv0", 9, "macvlan", peer_index=2, peer_netns=0)
    with store_of({"": [Link("eth0", 2)], "a": [mv], "b": [veth("eth0", 2, 30)]}) as store:
        assert end_of(store, "a", "mv0")[1] is False


def test_what_stands_on_a_card_is_no_end_of_a_veth() -> None:
    """`ip` shows the peer of every veth: without one, the host's device carries the container's, nobody knows as what."""
    inner = Link("eth0", 22, peer_index=2)
    with store_of({"": [Link("eno1", 2)], "web": [inner]}) as store:
        place, known, reason = end_of(store, "web", "eth0")
        assert (place, known) == ("/eno1", False)
        assert "stands on eno1" in reason
    with store_of({"": [Link("veth1", 2)], "web": [inner]}) as store:
        assert "stands on" not in end_of(store, "web", "eth0")[2]


def test_the_other_end_of_a_veth_is_a_veth() -> None:
    """A card of that name is not meant, whatever an old capture says."""
    card, port = Link("eth0", 2, "dummy"), Link("v2", 4, "veth", parent="eth0", peer_index=2)
    store = store_of({"": [card, port], "pod": [veth("eth0", 2, 4, None)]})
    assert end_of(store, "", "v2")[:2] == ("pod/eth0", True)


def test_ip_link_names_the_namespace_of_the_other_end() -> None:
    """What has its name is the one, however many look the same; a name that nobody captured leads there and nowhere else."""
    store = Store()
    node = store.node("h")
    spaces = {
        "": [
            Link("v1", 5, "veth", peer_index=2, peer_netns_name="p1"),
            Link("v9", 9, "veth", peer_index=2, peer_netns_name="gone"),
        ],
        "p1": [veth("eth0", 2, 5)],
        "p2": [veth("eth0", 2, 5)],
    }
    for name, rows in spaces.items():
        store.add(store.netns(node, "netns" if name else "host", name), 0, ((0, row) for row in rows))
    store.flush()
    with store:
        assert end_of(store, "", "v1")[:2] == ("p1/eth0", True)
        assert end_of(store, "p1", "eth0")[:2] == ("/v1", True)
        assert not end_of(store, "p2", "eth0")[1]
        place, known, reason = end_of(store, "", "v9")
    assert (place, known) == (None, False)
    assert "namespace gone" in reason


def test_a_namespace_may_be_captured_by_the_name_of_its_container() -> None:
    """Then the indexes tell, as without the name."""
    spaces: dict[str, list[NamedTuple]] = {
        "": [Link("v1", 5, "veth", peer_index=2, peer_netns_name="cni-1b2c")],
        "web": [veth("eth0", 2, 5)],
    }
    with store_of(spaces) as store:
        assert end_of(store, "", "v1")[:2] == ("web/eth0", True)


def named_store(spaces: Mapping[str, Sequence[NamedTuple]]) -> Store:
    """Return a snapshot of one node whose namespaces were captured by names below ``/run/netns``."""
    store = Store()
    node = store.node("h")
    for name, rows in spaces.items():
        store.add(store.netns(node, "netns" if name else "host", name), 0, ((0, row) for row in rows))
    store.flush()
    return store


def test_who_calls_namespaces_otherwise_than_the_kernel_leaves_the_indexes() -> None:
    """No name of `ip link` is one of those that were captured: the text has names of its own."""
    spaces: dict[str, list[NamedTuple]] = {
        "": [
            Link("eth0", 2),
            Link("v1", 5, "veth", peer_index=2, peer_netns_name="cni-1b2c"),
            Link("v2", 6, "veth", peer_index=2, peer_netns_name="cni-3d4e"),
        ],
        "web": [Link("eth0", 2, "veth", peer_index=5, peer_netns_name="its-host")],
        "db": [Link("eth0", 2, "veth", peer_index=6, peer_netns_name="its-host")],
        "mv": [Link("mv0", 9, "macvlan", peer_index=7, peer_netns_name="its-host")],
    }
    with named_store(spaces) as store:
        assert end_of(store, "", "v1")[:2] == ("web/eth0", True)
        assert end_of(store, "db", "eth0")[:2] == ("/v2", True)
        assert end_of(store, "mv", "mv0")[1] is False
    with named_store({**spaces, "": [*spaces[""], Link("eth1", 7)]}) as store:
        assert end_of(store, "mv", "mv0")[:2] == ("/eth1", True)


def test_where_one_name_is_the_kernels_the_others_are() -> None:
    """An end in a namespace that nobody captured is not one that looks the same."""
    spaces: dict[str, list[NamedTuple]] = {
        "": [
            Link("v1", 5, "veth", peer_index=2, peer_netns_name="web"),
            Link("v2", 6, "veth", peer_index=2, peer_netns_name="gone"),
        ],
        "web": [Link("eth0", 2, "veth", peer_index=5), Link("eth1", 3, "veth", peer_index=6)],
        "db": [Link("eth0", 2, "veth", peer_index=6)],
    }
    with named_store(spaces) as store:
        assert end_of(store, "", "v1")[:2] == ("web/eth0", True)
        assert end_of(store, "", "v2")[0] is None
