"""The table of ``podpath veth``."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.veth import SCHEMA, as_json, as_text
from podpath.state.attachment import Attachment
from podpath.state.finding import Status

WEB = Attachment(
    "h", "web", "a" * 64, "shop", None, "container:web", 7, "eth0", 11, "veth", "02:42:ac:11:00:02",
    ("172.17.0.2/16", "fd00::2/64"), "vethd030a3f", 12, "", "up", "docker0", 1, "forwarding", ("hairpin",),
    (), None, Status.PROVEN,
)  # fmt: skip
LOST = WEB._replace(container="lost", bridge=None, port=None, status=Status.BROKEN, reason="no master, and no route leads to it")
AGENT = Attachment("h", "agent", status=Status.PROVEN)


def test_eighty_columns_are_enough() -> None:
    """The rows people look for; one line for each address."""
    text = as_text([AGENT, LOST, WEB], 80)
    lines = text.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["CONTAINER", "agent", "lost", "", "web", ""]
    assert all(len(line) <= 80 for line in lines if "✗" not in line)
    assert "host network" in lines[1]
    assert lines[2].endswith("✗ no master, and no route leads to it")
    assert "up, hairpin" in lines[4]
    assert "172.17.0.2/16" in lines[4]
    assert lines[5].strip() == "fd00::2/64"


def test_a_wide_terminal_shows_more() -> None:
    """Identifier, image and MAC."""
    title, *lines = as_text([WEB], 200).splitlines()
    assert {"ID", "IMAGE", "MAC"} <= set(title.split())
    assert {"aaaaaaaaaaaa", "shop", "02:42:ac:11:00:02", "(if11)"} <= set(lines[0].split())


def test_the_name_of_the_network_is_never_cut() -> None:
    """It comes first where there is little room."""
    row = WEB._replace(bridge="br-0123456789ab", network="shop", published=("8080->80/tcp",))
    assert "shop (br-0" in as_text([row], 80)
    assert "br-0123456789ab (shop) port 1" in as_text([row], 200)
    assert all(text.splitlines()[1].endswith("up, hairpin, 8080->80/tcp") for text in (as_text([row], 80), as_text([row], 200)))


def test_hostile_names_are_tamed() -> None:
    """They cannot move the cursor, nor break the table."""
    text = as_text([WEB._replace(container="\x1b[2Jweb\nxx", image="\r\x07")], 200)
    assert "\x1b" not in text
    assert len(text.splitlines()) == 3


def test_plain_ascii_where_the_terminal_has_no_more() -> None:
    """Signs and gaps alike."""
    assert as_text([AGENT, LOST], 80, unicode=False).isascii()


def test_nothing_is_said_in_words() -> None:
    """An empty table would be silence, and silence is not health."""
    assert "some may be missing" in as_text([], 80, whole=False)
    assert as_text([], 80) == "no container, and no namespace except the host's own\n"


def test_the_document_is_what_its_schema_says() -> None:
    """The schema ships in the package, and knows every field."""
    schema = json.loads((files("podpath.report") / "veth.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(as_json([WEB, LOST, AGENT], [("containers of docker", "sudo docker ps")]))
    jsonschema.validate(document, schema)
    assert document["schema"] == SCHEMA
    assert set(schema["$defs"]["interface"]["required"]) == set(Attachment._fields)
