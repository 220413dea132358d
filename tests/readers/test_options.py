"""Command lines taken apart word by word."""

import pytest

from podpath.readers.options import Options, files_shown, is_device, mask_length, number, parse_options, spellings

FLAGS, VALUED = spellings("a/all n/numeric"), spellings("i/device")


def test_spellings() -> None:
    """Every spelling of an option counts as its first one; bundles and values are understood."""
    found = parse_options(["-an", "--all", "-iv0", "x"], FLAGS, VALUED)
    assert found is not None
    assert found == Options(frozenset({"a", "n"}), {"i": "v0"}, ["x"])


def test_values() -> None:
    """A value follows in its own word, or after an equals sign; after two dashes there are no options."""
    found = parse_options(["--device=v0", "--", "-a"], FLAGS, VALUED)
    assert found is not None
    assert (found.values, found.rest) == ({"i": "v0"}, ["-a"])
    found = parse_options(["-i", "v1"], FLAGS, VALUED)
    assert found is not None
    assert found.values == {"i": "v1"}


@pytest.mark.parametrize("words", [["-z"], ["--nope"], ["-i"], ["--device"], ["--all=yes"], ["-az"]])
def test_unknown(words: list[str]) -> None:
    """An option that the program does not have, or a value that is missing, is refused."""
    assert parse_options(words, FLAGS, VALUED) is None


def test_devices() -> None:
    """A device's name has no colon, no slash and at most fifteen characters."""
    assert is_device("flannel.1")
    assert not any(map(is_device, ("eth0:1", "a/b", "", "abcdefghijklmnop", "..", "shows:")))


def test_masks() -> None:
    """A mask is written with dots or in hexadecimal, and has no holes."""
    assert [mask_length(text) for text in ("255.255.240.0", "0xffff0000", "FFFFFFFF", "00000000")] == [20, 16, 32, 0]
    for text in ("255.0.255.0", "256.0.0.0", "ff", "1.2.3", "0x1ffffffff"):
        with pytest.raises(ValueError, match="is not a netmask"):
            mask_length(text)


def test_numbers() -> None:
    """A number fits into the tables."""
    assert number("9223372036854775807") == 2**63 - 1
    for text in ("9223372036854775808", "-1", "", "1.0", "\u0663"):
        with pytest.raises(ValueError, match="is not a number"):
            number(text)


def test_files() -> None:
    """Only programs that print files whole show them."""
    assert files_shown(["cat", "a", "b"]) == ["a", "b"]
    assert files_shown(["grep", "a", "b"]) is None
    assert files_shown(["cat"]) is None
