"""All pairs: what shares a walk fares alike, one by one."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args, get_type_hints

import pytest

from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.address import Ip, Mac, parse_ip, parse_mac
from podpath.state.evidence import Coverage
from podpath.state.host import Sysctl
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route
from podpath.state.table import interfaces, key_of, table_of, tables
from podpath.state.trace import Verdict
from podpath.walk.alike import Likeness
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.pairs import all_pairs, members
from podpath.walk.trace import Ask, Tracer
from tests.seeds import fresh_seed
from tests.walk.pasted import node, world
from tests.walk.random_labs import Composer
from tests.walk.real import Lab, needs_root
from tests.walk.test_cases import BASES

NOTHING = Ask(source=Endpoint("", None), destination=Endpoint("", None))
PODS = 4
DAMAGES = {
    "none": [],
    "a port without its bridge": ["n1: ip link set v2 nomaster"],
    "a neighbour of one pod alone": ["p1: ip neigh add 10.42.1.12 lladdr 02:00:00:00:00:99 dev eth0 nud permanent"],
    "a route of one pod alone": ["n1: ip route add 10.42.2.11/32 via 192.168.0.9 dev eth0 onlink"],
    "a small cable": ["m2: ip link set eth0 mtu 1300"],
    "a node that does not forward": ["n2: sysctl net.ipv4.ip_forward=0"],
    "a rule for one": ["n2: ip rule add from 10.42.1.13 prohibit"],
    "an isolated pair": ["n1: bridge link set dev v1 isolated on", "n1: bridge link set dev v2 isolated on"],
}


def cluster(lab: Lab) -> list[str]:
    """Build two nodes with an overlay, and some pods on each; return the pods."""
    base = BASES["overlay"]
    lab.add("n1", "n2", "p1", "p2")
    lab.run(line for line in base["lines"].splitlines() if line)
    pods = []
    for number, letter in ((1, "k"), (2, "m")):
        for at in range(1, PODS):
            pod = f"{letter}{at}"
            lab.add(pod)
            pods.append(pod)
            lab.run(
                [
                    f"n{number}: ip link add v{at} type veth peer name eth0 netns {{{pod}}}",
                    f"n{number}: ip link set v{at} master cni0 up",
                    f"{pod}: ip link set eth0 up",
                    f"{pod}: ip address add 10.42.{number}.{10 + at}/24 dev eth0",
                    f"{pod}: ip route add default via 10.42.{number}.1",
                ]
            )
    return ["p1", "p2", *pods]


@pytest.mark.root
@pytest.mark.parametrize("damage", DAMAGES)
def test_pairs_that_share_a_walk_fare_as_each_would_alone(damage: str) -> None:
    """Every verdict of the matrix is that of the pair's own trace, and most pairs needed none of their own."""
    needs_root()
    with Lab() as lab:
        names = cluster(lab)
        lab.settle()
        lab.run(DAMAGES[damage])
        with lab.capture() as store:
            shown = Cluster(store)
            ends = members(shown, ",".join(names))
            matrix = all_pairs(shown, ends, ends, NOTHING)
            tracer = Tracer(Cluster(store))
            for one in ends:
                for two in ends:
                    if one is not two:
                        asked = NOTHING.between(Endpoint(one.name, one.ns), Endpoint(two.name, two.ns, two.address))
                        assert matrix.verdicts[one.name, two.name] is tracer.trace(asked).verdict, (one.name, two.name)
    assert matrix.walked < len(matrix.verdicts)
    lost = [verdict for verdict in matrix.verdicts.values() if verdict is not Verdict.DELIVERED]
    assert bool(lost) is (damage not in {"none", "a small cable"})
    assert sum(len(cause.pairs) for cause in matrix.causes) == len(lost)


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(300)
def test_in_random_labs_too() -> None:
    """Labs that nobody designed."""
    needs_root()
    for seed in range(40):
        case = Composer(seed).compose()
        with Lab() as lab:
            lab.add(*case.spaces)
            lab.run(case.lines)
            lab.run(case.damages, force=True)
            with lab.capture() as store:
                shown = Cluster(store)
                ends = members(shown, "namespaces")
                matrix = all_pairs(shown, ends, ends, NOTHING)
                tracer = Tracer(Cluster(store))
                for (one, two), verdict in matrix.verdicts.items():
                    near, far = (next(end for end in ends if end.name == name) for name in (one, two))
                    asked = NOTHING.between(Endpoint(one, near.ns), Endpoint(two, far.ns, far.address))
                    alone = tracer.trace(asked).verdict
                    # Where a circle of routers loses a packet, the one or the other of two ends sees it come back.
                    assert alone is verdict or {alone, verdict} == {Verdict.LOOP, Verdict.DROPPED}, (seed, one, two)


def test_sets_are_words_or_names() -> None:
    """And a sample is the same each time."""
    shown = world({f"n{number}": node(number) for number in (1, 2)})
    nodes = members(shown, "nodes")
    assert [member.name for member in nodes] == ["n1", "n2"]
    assert members(shown, "n2,n1") == nodes[::-1]
    one, two = (all_pairs(shown, nodes, nodes, NOTHING, sample=1) for _ in range(2))
    assert one.verdicts == two.verdicts
    assert len(one.verdicts) == 1
    with pytest.raises(EndpointError, match="pods, nodes"):
        members(shown, "pods")


PODS_TEXT: Final = Path(__file__).parent / "samples" / "three-pods.txt"
TARGET: Final = "192.168.50.1"
WORDS: Final = (
    "blackhole", "disabled", "blocking", "xdp", "tc egress", "netem", "DROP", "unreachable", "main", "tcp", "LISTEN", "lookup",
    "l3", "block", "out", "PERMANENT", "noarp", "permanent", "yes", "blackhole,onlink", "-A OUTPUT -j DROP",
)  # fmt: skip
SYSCTLS: Final = (
    "net.ipv4.conf.eth0.rp_filter",
    "net.ipv4.ip_forward",
    "net.ipv4.conf.v2.forwarding",
    "net.ipv4.conf.v2.arp_ignore",
)
SEED: Final = 20261128


def row_of(table: str, dice: random.Random, dev: str, addresses: list[Ip]) -> NamedTuple:
    """Return a row of a table that could decide over packets of one pod: its device, its addresses, strong words."""
    declared: Any = tables()[table].row
    hints = get_type_hints(declared)
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        kinds = get_args(hint) or (hint,)
        if name in interfaces(declared):
            values[name] = dev
        elif Ip in kinds:
            values[name] = dice.choice(addresses)
        elif bool in kinds:
            values[name] = dice.random() < 0.5
        elif name == "family":
            values[name] = 4
        elif name.endswith("_len") or name == "length":
            values[name] = dice.choice((32, 24, 0))
        elif Mac in kinds:
            values[name] = parse_mac(dice.choice(("02:00:00:00:02:02", "02:00:00:00:00:01", "02:00:00:00:00:77")))
        elif int in kinds or float in kinds:
            values[name] = dice.choice((0, 1, 2, 22, 100))
        elif name == "table" and declared is Coverage:
            values[name] = key_of(dice.choice((Route, Neighbour, Sysctl)))
        else:
            values[name] = dice.choice(SYSCTLS) if declared is Sysctl and name == "name" else dice.choice(WORDS)
    made: NamedTuple = declared(**values)
    return made


@pytest.fixture(scope="module")
def three_pods() -> Iterator[Store]:
    """Return a node with three pods that are alike."""
    with Store() as store:
        load_text(store, "n.txt", "n", None, PODS_TEXT.read_text(encoding="utf-8").splitlines())
        merge(store)
        link_up(store)
        yield store


@contextmanager
def differing(store: Store, ns: int, row: NamedTuple) -> Iterator[None]:
    """Put a row into a table meanwhile, in place of the one that it would be merged with."""
    declared, run = table_of(type(row)), store.connection.execute
    # No transaction: the walk asks which tables have rows, and DuckDB counts those that were committed.
    run(f'CREATE TEMP TABLE kept AS SELECT * FROM "{declared.name}"')
    store.add(ns, 0, [(0, row)])
    store.flush()
    same = " AND ".join(f't."{column.name}" IS NOT DISTINCT FROM n."{column.name}"' for column in declared.same)
    if same:
        run(
            f'DELETE FROM "{declared.name}" t USING "{declared.name}" n'
            f" WHERE n.source = 0 AND t.source <> 0 AND t.ns = n.ns AND {same}"
        )
    try:
        yield
    finally:
        run(f'DELETE FROM "{declared.name}"')
        run(f'INSERT INTO "{declared.name}" SELECT * FROM kept')
        run("DROP TABLE kept")


def agree(store: Store, table: str, dice: random.Random) -> None:
    """Let one pod of three differ in one table, in its own namespace and in what its node holds for it; compare."""
    spaces = dict(store.raw("SELECT coalesce(name, ''), ns FROM netns"))
    addresses = [parse_ip(text) for text in (TARGET, "10.244.1.12", "10.244.1.1")]
    asked = Ask(source=Endpoint("", None), destination=Endpoint("", None), proto="tcp", port=80)
    for ns, dev in ((spaces["p2"], "eth0"), (spaces[""], "v2")):
        row = row_of(table, dice, dev, addresses)
        with differing(store, ns, row), suppress(EndpointError):  # the row may take an address away, or give it to several
            shown = Cluster(store, assumed=("listening", "forwarding"))
            ends, there = members(shown, "p1,p2,p3"), members(shown, TARGET)
            matrix = all_pairs(shown, ends, there, asked)
            tracer = Tracer(Cluster(store, assumed=("listening", "forwarding")))
            for end in ends:
                own = tracer.trace(asked.between(Endpoint(end.name, end.ns), Endpoint(TARGET, there[0].ns, there[0].address)))
                assert matrix.verdicts[end.name, TARGET] is own.verdict, (row, end.name)


@pytest.mark.parametrize("table", sorted(tables()))
def test_the_matrix_says_of_each_pair_what_its_own_trace_says(three_pods: Store, table: str) -> None:
    """Whatever table decides: also one that is made tomorrow."""
    agree(three_pods, table, random.Random(f"{SEED} {table}"))


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("table", sorted(tables()))
def test_the_matrix_says_so_of_many_rows(three_pods: Store, table: str) -> None:
    """Fresh rows each run; the seed is shown where one disagrees."""
    seed = fresh_seed()
    print(f"PODPATH_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
    dice = random.Random(f"{seed} {table}")
    for _ in range(3):
        agree(three_pods, table, dice)


def test_a_blackhole_behind_a_nexthop_is_one_pods_own() -> None:
    """Two routes are equal, and the nexthop objects that they name are not."""
    text = PODS_TEXT.read_text(encoding="utf-8")
    at = text.index("ip netns exec p2 ip nexthop show")
    text = text[:at] + text[at:].replace("id 1 via 10.244.1.1 dev eth0 scope link", "id 1 blackhole", 1)
    shown = world({"n": text}, assume=("listening", "forwarding"))
    asked = Ask(source=Endpoint("", None), destination=Endpoint("", None))
    matrix = all_pairs(shown, members(shown, "p1,p2,p3"), members(shown, TARGET), asked)
    assert [verdict.value for verdict in matrix.verdicts.values()] == ["delivered", "unreachable", "delivered"]


@pytest.mark.parametrize("table", sorted(tables()))
def test_pods_that_differ_in_a_table_are_unlike_once_a_walk_has_read_it(three_pods: Store, table: str) -> None:
    """A row more inside one of three pods that are alike; what it says of packets does not matter."""
    kind = tables()[table].row
    spaces = dict(three_pods.raw("SELECT coalesce(name, ''), ns FROM netns"))
    row = row_of(table, random.Random(f"{SEED} {table}"), "eth0", [parse_ip(TARGET)])
    with differing(three_pods, spaces["p2"], row):
        shown = Cluster(three_pods)
        assert shown.holds(kind)
        ends = {name: (spaces[name], parse_ip(f"10.244.1.1{name[1]}")) for name in ("p1", "p2", "p3")}
        likeness = Likeness(shown, ends.values())
        one, other, third = (likeness.signature(*end) for end in ends.values())
    assert one == third
    assert one != other, row
