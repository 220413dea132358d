"""Functions of the kernel by address."""

from pathlib import Path

from podpath.probe.symbols import Symbols

TEXT = """\
ffff0010 T first
ffff0020 t second
ffff0028 d data
ffff0100 T third\t[module]
"""


def test_an_address_is_in_the_function_before_it(tmp_path: Path) -> None:
    """Data is no function; a module's functions are among them."""
    file = tmp_path / "kallsyms"
    file.write_text(TEXT, encoding="ascii")
    symbols = Symbols(file)
    assert [symbols.function(address) for address in (0xFFFF0010, 0xFFFF002C, 0xFFFF0104, 1)] == ["first", "second", "third", ""]


def test_hidden_addresses_name_nothing(tmp_path: Path) -> None:
    """With kptr_restrict all of them are zero; the file may be missing."""
    file = tmp_path / "kallsyms"
    file.write_text("0000000000000000 T first\n0000000000000000 T second\n", encoding="ascii")
    assert Symbols(file).function(5) == ""
    assert Symbols(tmp_path / "none").function(5) == ""
