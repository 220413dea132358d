"""The map as JSON."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import podpath.picture
from podpath.picture.json_form import document, render
from tests.picture.maps import HOSTILE, hosts, named, sample

SCHEMA = json.loads((Path(podpath.picture.__file__).parent / "map.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name",
    [
        "broken-tunnel",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("three-node-canal", "docker-host", "docker-bridge")),
    ],
)
def test_it_fits_its_schema(name: str) -> None:
    """For every sample; and each node names one that is there as the one that it is in."""
    found = json.loads(render(sample(name)))
    Draft202012Validator(SCHEMA).validate(found)
    known = {node["id"] for node in found["nodes"]}
    assert len(known) == len(found["nodes"])
    assert {node["parent"] for node in found["nodes"]} - {None} <= known
    assert {edge["source"] for edge in found["edges"]} <= known
    assert {edge["target"] for edge in found["edges"]} - {None} <= known
    assert {one for problem in found["problems"] for one in problem["objects"]} <= known


def test_hostile_names_are_values() -> None:
    """As they are, and the document stays valid."""
    found = json.loads(render(named(HOSTILE)))
    Draft202012Validator(SCHEMA).validate(found)
    assert {node["name"] for node in found["nodes"]} >= set(HOSTILE)


def test_nothing_is_folded() -> None:
    """The document has every container."""
    assert sum(node["type"] == "namespace" for node in document(hosts(2, 100))["nodes"]) == 202
