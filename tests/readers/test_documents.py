"""Values out of documents whose shape nobody promised."""

import pytest

from podpath.readers.documents import count, inside, ip, items, mac, pairs, text, truth
from podpath.state.address import parse_ip, parse_mac


def test_paths() -> None:
    """A path that ends early is nothing."""
    assert inside({"a": {"b": 1}}, "a", "b") == 1
    assert inside({"a": []}, "a", "b") is None
    assert inside(None, "a") is None


def test_scalars() -> None:
    """Empty and unfitting values are nothing."""
    document = {"t": "x", "e": "", "n": 7, "s": "8", "b": True, "f": "false", "big": 2**64, "l": [1]}
    assert [text(document, key) for key in ("t", "e", "n", "l", "b")] == ["x", None, "7", None, None]
    assert [count(document, key) for key in ("n", "s", "b", "big", "t")] == [7, 8, None, None, None]
    assert [truth(document, key) for key in ("b", "f", "t")] == [True, False, None]


def test_addresses() -> None:
    """An empty address is none, a wrong one is an error."""
    document = {"ip": "10.0.0.1", "mac": "02:00:00:00:00:01", "none": "", "bad": "10.0.0"}
    assert (ip(document, "ip"), mac(document, "mac")) == (parse_ip("10.0.0.1"), parse_mac("02:00:00:00:00:01"))
    assert ip(document, "none") is None
    with pytest.raises(ValueError, match="is not an address"):
        ip(document, "bad")


def test_collections() -> None:
    """Members that are no objects are left out; labels are joined."""
    assert list(items({"l": [{"a": 1}, 2, None]}, "l")) == [{"a": 1}]
    assert pairs({"l": {"app": "web", "tier": "a"}}, "l") == "app=web,tier=a"
    assert pairs({"l": {}}, "l") is None
