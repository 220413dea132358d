"""Values that know their file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from podpath.lab.reading import Item, TopologyError, merged, read


def item(tmp_path: Path, text: str) -> Item:
    """Return what a file holds."""
    path = tmp_path / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path, "t.yaml")


def test_values_come_in_their_types(tmp_path: Path) -> None:
    """Numbers, words, addresses, lists."""
    fields = item(tmp_path, "a: 5\nb: true\nc: 10.0.0.0/8\nd: fd00::1\ne: [x, y]\n").fields(("a", "b", "c", "d", "e"))
    assert fields["a"].number(1, 9) == 5
    assert fields["b"].yes()
    assert str(fields["c"].network(4)) == "10.0.0.0/8"
    assert str(fields["d"].address(6)) == "fd00::1"
    assert [each.text() for each in fields["e"].items()] == ["x", "y"]
    assert fields["e"].line == 5


@pytest.mark.parametrize(
    ("text", "use", "message"),
    [
        ("a: 1\nnod: 2\n", lambda i: i.fields(("a", "nodes")), "t.yaml:2: nod: unknown key; did you mean nodes?"),
        ("a: 1\nqqq: 2\n", lambda i: i.fields(("a",)), "t.yaml:2: qqq: unknown key; known are a"),
        ("a: 1\na: 2\n", lambda i: i.fields(), "t.yaml:2: a: stands here a second time"),
        ("- a\n", lambda i: i.fields(), "t.yaml:1: the file: a list of keys with values is wanted here"),
        ("? [a]\n: 1\n", lambda i: i.fields(), "t.yaml:1: .*: a key is one word"),
        ("a: b\n", lambda i: i.fields()["a"].items(), "t.yaml:1: a: a list is wanted here"),
        ("a: [b]\n", lambda i: i.fields()["a"].text(), "t.yaml:1: a: one word or number is wanted here"),
        ("\n\na: 10\n", lambda i: i.fields()["a"].number(1, 9), 't.yaml:3: a: "10" is no whole number from 1 to 9'),
        ("a: maybe\n", lambda i: i.fields()["a"].yes(), 't.yaml:1: a: "maybe" is none of true, false'),
        ("a: 10.0.0.1/8\n", lambda i: i.fields()["a"].network(4), "t.yaml:1: a: 10.0.0.1/8 has host bits set"),
        ("a: fd00::/8\n", lambda i: i.fields()["a"].network(4), "t.yaml:1: a: fd00::/8 is no IPv4 network"),
        ("a: 10.0.0\n", lambda i: i.fields()["a"].address(4), "t.yaml:1: a: '10.0.0' does not appear to be"),
        ("a: 10.0.0.1\n", lambda i: i.fields()["a"].address(6), "t.yaml:1: a: 10.0.0.1 is no IPv6 address"),
        ("a: 'x;reboot'\n", lambda i: i.fields()["a"].text("[a-z]+", "name"), 't.yaml:1: a: "x;reboot" is no name'),
    ],
)
def test_an_error_tells_file_line_and_reason(tmp_path: Path, text: str, use: Callable[[Item], object], message: str) -> None:
    """So that a person can mend it."""
    with pytest.raises(TopologyError, match=message.replace("?", r"\?").replace("[", r"\[")):
        use(item(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [\n", "t.yaml:2: "), ("", "t.yaml:1: the file is empty"), ("a: 1\n---\nb: 2\n", "t.yaml:2: "),
     ("a: \x01\n", "t.yaml:1: this is no YAML"), ("[" * 1100, "t.yaml:1")],
)  # fmt: skip
def test_what_is_no_yaml_is_told(tmp_path: Path, text: str, message: str) -> None:
    """With its line, where there is one."""
    with pytest.raises(TopologyError, match=message):
        item(tmp_path, text)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """No file, no text."""
    with pytest.raises(TopologyError, match=r"none\.yaml: No such file"):
        read(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(TopologyError, match="no text in UTF-8"):
        read(tmp_path / "b.yaml")


def test_mappings_are_laid_over_each_other(tmp_path: Path) -> None:
    """Key by key; everything else is replaced."""
    base = item(tmp_path, "a: {x: 1, y: 2}\nb: [1]\n").fields()
    own = item(tmp_path, "a: {y: 3}\nb: [2]\n").fields()
    both = merged(base, own)
    assert {key: value.text() for key, value in both["a"].fields().items()} == {"x": "1", "y": "3"}
    assert [each.text() for each in both["b"].items()] == ["2"]
