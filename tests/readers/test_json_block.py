"""JSON in the text: whole, or cut off."""

from tests.readers.pasted import read


def test_json_is_known_by_its_command_or_by_its_keys() -> None:
    """One line or many, with or without the command."""
    document = '[{"dst":"10.42.1.0","dev":"flannel.1","lladdr":"82:ce:7c:3e:91:36","state":["PERMANENT"]}]'
    pretty = document.replace("{", "{\n    ").replace(",", ",\n    ").replace("}]", "\n}\n]")
    for text in (f"$ ip -j neigh\n{document}", document, pretty, f"$ ip -j -p neigh\n{pretty}"):
        sections, unread = read(text)
        assert [s[2] for s in sections] == ["ip neigh"], text
        assert unread == []


def test_json_that_is_cut_off_is_told() -> None:
    """With the lines that it takes up."""
    _, unread = read('$ ip -j neigh\n[{"dst":"10.42.1.0",')
    assert [(item.first, item.last) for item in unread] == [(2, 2)]
