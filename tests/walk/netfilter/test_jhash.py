"""Bob Jenkins' hash."""

from podpath.walk.netfilter.jhash import jhash2


def test_the_hash_spreads_and_repeats() -> None:
    """That it is the kernel's own is shown by the proofs: NAT takes the address that it gives."""
    words = [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7]]
    hashes = [jhash2(some, seed) for some in words for seed in (0, 1)]
    assert len(set(hashes)) == len(hashes)
    assert all(0 <= found < 1 << 32 for found in hashes)
    assert hashes == [jhash2(some, seed) for some in words for seed in (0, 1)]


def test_no_words_give_the_seeded_start() -> None:
    """Nothing is mixed (jhash2 with length 0)."""
    assert jhash2([], 5) == 0xDEADBEEF + 5
