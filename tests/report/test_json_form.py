"""The JSON document."""

import json
from importlib.resources import files

import jsonschema
import pytest

from podpath.report.json_form import render
from tests.checks.overlay.mesh.clusters import damaged, judged, texts

SCHEMA = json.loads((files("podpath.report") / "check.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "files_", [texts(), damaged("204", "dst 192.168.200.206", "dst 192.168.200.209")], ids=["whole", "damaged"]
)
def test_the_document_is_what_its_schema_says(files_: dict[str, str]) -> None:
    """The schema ships in the package, and knows every field."""
    document = json.loads(render(judged(files_)))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA)


def test_a_broken_pair_shows_the_link_that_broke() -> None:
    """The chain lists its links in order, with the evidence of each."""
    document = json.loads(render(judged(damaged("204", "dst 192.168.200.206", "dst 192.168.200.209"))))
    (pair,) = [p for p in document["mesh"] if p["status"] == "broken"]
    assert (pair["from"], pair["to"]) == ("192.168.200.204", "192.168.200.206")
    assert [(link["link"], link["status"]) for link in pair["chain"]] == [
        ("route", "proven"), ("neighbour", "proven"), ("fdb", "broken"), ("underlay", "unknown"), ("device", "proven"),
    ]  # fmt: skip
    (evidence, *_) = pair["chain"][2]["evidence"]
    assert (evidence["file"], evidence["file_line"]) == ("192.168.200.204.txt", 29)
