"""JSON Schemas of what `podpath lab … --format json` prints."""

import json
from pathlib import Path
from typing import Any


def schema(verb: str) -> dict[str, Any]:
    """Return the schema of a verb's document."""
    text = (Path(__file__).parent / f"lab-{verb}.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
