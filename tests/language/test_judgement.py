"""A judgement is the same in every language."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from podpath import api
from podpath.language import LANGUAGES, choose
from podpath.report import json_form
from podpath.report import trace as trace_form
from tests.test_rewording import silent

SAMPLES: Final = Path(__file__).parents[2] / "samples"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test ends in English."""
    yield
    choose("en")


def judged(language: str, sample: str, pairs: tuple[tuple[str, str], ...]) -> tuple[Any, list[Any]]:
    """Return the report and traces of a sample as documents, without their sentences."""
    choose(language)
    with api.load(SAMPLES / sample) as snapshot:
        report = silent(json.loads(json_form.render(api.check(snapshot))))
        return report, [silent(json.loads(trace_form.as_json(api.trace(snapshot, *pair)))) for pair in pairs]


@pytest.mark.parametrize(
    ("sample", "pairs"),
    [
        ("broken-tunnel", (("p1", "p2"), ("p2", "p1"))),
        ("three-node-canal", ()),
        ("docker-host", (("web", "8.8.8.8"), ("busybox", "web"))),
        ("network-policy", ()),
    ],
)
def test_only_the_sentences_differ(sample: str, pairs: tuple[tuple[str, str], ...]) -> None:
    """Findings, evidence, commands, steps and verdicts are those of English."""
    told = [judged(language, sample, pairs) for language in LANGUAGES]
    assert told[1:] == told[:1] * (len(LANGUAGES) - 1)
