"""What podpath says of random packets under random rules is what the kernel does with them, rule by rule."""

import random
from collections.abc import Iterator

import pytest

from podpath.walk.netfilter import Listing, RuleHit
from tests.seeds import fresh_seed
from tests.walk.netfilter.proof.compare import Comparison, Tally
from tests.walk.netfilter.proof.router import Router
from tests.walk.netfilter.proof.rules import IPSETS, Xtables
from tests.walk.netfilter.proof.rules_nft import Nftables

pytestmark = pytest.mark.root

# Rulesets on which podpath once disagreed with the kernel, each with what was wrong.
REGRESSIONS = {
    6: "addrtype of IPv6 with LOCAL and UNICAST asks for LOCAL only",
    12: "device groups are saved by name",
    17: "an ACK after an unanswered SYN is invalid",
    22: "what was broadcast is not forwarded, and a dropped packet moves its connection on",
    50: "what was broadcast is not rejected with an answer",
    75: "the first rule of raw that speaks of tracking wins",
    96: "a reply that is dropped has still been seen",
    123: "a zone holds in one direction",
    154: "a template of raw looks new",
    70019: "the hash of a range takes the zone of either direction",
    70297: "protocols without ports have port 0",
    1042: "a connection of another zone takes the port",
    653901475: "a connection of the other way takes the port in its own zone only",
    30570: "two ports that are drawn are not the same one",
}
NFT_REGRESSIONS = {
    4: "a template made by nftables looks new",
    6: "setting the mark of no connection does not end the rule",
    8: "a range of addresses is a constant",
    41: "device groups are printed by name",
    127625439: "a reset of PREROUTING answers what was broadcast",
    70087: "one source keeps its address of a range",
    590795968: "what a chain does a third time is not listed again",
    50013: "what comes back over lo has a route, whatever fib asks",
    500021: "a port that was drawn meets rules by chance when it comes back over lo",
    40280: "an error about a connection writes its mark",
    6404: "a rule that resets a connection closes it",
    61: "what is not known in a concatenation matters only where the rest is found",
}


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    """Return the namespaces; they stay for all rulesets."""
    with Router() as made:
        made.do("ipset", "restore", text=IPSETS)
        yield made


def compare_xtables(router: Router, seed: int, packets: int = 20) -> Tally:
    """Compare one ruleset of iptables or ip6tables, of either back end."""
    draw = random.Random(seed)
    family = draw.choice((4, 4, 6))
    back_end = draw.choice(("legacy", "nft"))
    program = f"{'iptables' if family == 4 else 'ip6tables'}-{back_end}"
    try:
        router.do(f"{program}-restore", text=Xtables(draw, family, back_end).text())
        saved = router.do(f"{program}-save", "-c")
        texts = [Listing(f"{program}-save -c", saved), Listing("ipset save", router.do("ipset", "save"))]
        handles = {}
        if back_end == "nft":
            texts.insert(0, Listing("nft -j list ruleset", router.listing()))
            handles = router.handles()
        comparison = Comparison(router, texts, family, draw)

        def place(hit: RuleHit) -> tuple[str, str, int] | None:
            return (hit.table, hit.chain, handles[hit.family, hit.table, hit.chain, hit.number]) if hit.number else None

        def number(hit: RuleHit) -> tuple[str, str, int] | None:
            return (hit.table, hit.chain, hit.number) if hit.number else None

        comparison.numbers = place if handles else number
        comparison.counts = None if handles else counted(saved)
        return comparison.run(packets)
    finally:
        router.clear()


def counted(saved: str) -> dict[tuple[str, str], int]:
    """Return how many rules each chain has, by table and chain."""
    found: dict[tuple[str, str], int] = {}
    table = ""
    for line in saved.splitlines():
        table = line[1:] if line.startswith("*") else table
        if " -A " in line:
            chain = line.split(" -A ", 1)[1].split(" ", 1)[0]
            found[table, chain] = found.get((table, chain), 0) + 1
    return found


def compare_nftables(router: Router, seed: int, packets: int = 20) -> Tally:
    """Compare one ruleset of nftables; lines that nft itself refuses are left out."""
    draw = random.Random(seed)
    family = draw.choice((4, 4, 6))
    lines = Nftables(draw, family).text().splitlines()
    try:
        while (refused := router.refuses(lines)) is not None:
            del lines[refused]
        # Both forms say the same: odd seeds are read from the form for people.
        texts = [Listing("nft list ruleset", router.words()) if seed % 2 else Listing("nft -j list ruleset", router.listing())]
        handles = router.handles()
        comparison = Comparison(router, texts, family, draw)

        def place(hit: RuleHit) -> tuple[str, str, int] | None:
            return (hit.table, hit.chain, handles[hit.family, hit.table, hit.chain, hit.number]) if hit.number else None

        comparison.numbers = place
        return comparison.run(packets)
    finally:
        router.clear()


def hold(seeds: list[int], tallies: list[Tally], least: int) -> None:
    """Say that there were enough pairs, and no disagreement."""
    wrong = [f"PODPATH_SEED={seed}: {words}" for seed, tally in zip(seeds, tallies, strict=True) for words in tally.wrong]
    assert wrong == []
    assert sum(tally.pairs for tally in tallies) >= least
    assert sum(tally.unknown for tally in tallies) <= sum(tally.pairs for tally in tallies) / 50


@pytest.mark.parametrize("seed", REGRESSIONS, ids=lambda seed: f"{seed}")
def test_what_was_wrong_once_is_right(router: Router, seed: int) -> None:
    """Every disagreement of the past stays here by its seed."""
    hold([seed], [compare_xtables(router, seed)], 20)


def test_rules_of_iptables_do_what_podpath_says(router: Router) -> None:
    """Some rulesets that are always the same, and some that nobody has seen before."""
    fresh = fresh_seed()
    seeds = [*range(2000, 2006), *range(fresh, fresh + 6)]
    hold(seeds, [compare_xtables(router, seed) for seed in seeds], 12 * 20)


@pytest.mark.parametrize("seed", NFT_REGRESSIONS, ids=lambda seed: f"{seed}")
def test_what_was_wrong_with_nftables_once_is_right(router: Router, seed: int) -> None:
    """Every disagreement of the past stays here by its seed."""
    hold([seed], [compare_nftables(router, seed)], 20)


def test_rules_of_nftables_do_what_podpath_says(router: Router) -> None:
    """Some rulesets that are always the same, and some that nobody has seen before."""
    fresh = fresh_seed()
    seeds = [*range(2000, 2006), *range(fresh, fresh + 6)]
    hold(seeds, [compare_nftables(router, seed) for seed in seeds], 12 * 20)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_five_thousand_packets_under_rules_of_nftables(router: Router) -> None:
    """The same at length."""
    seeds = list(range(1, 200))
    hold(seeds, [compare_nftables(router, seed) for seed in seeds], 5000)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_five_thousand_packets_under_rules_of_iptables(router: Router) -> None:
    """The same at length."""
    seeds = list(range(1, 200))
    hold(seeds, [compare_xtables(router, seed) for seed in seeds], 5000)
