"""Lines that differ from unread ones in their numbers alone are passed over."""

import io
from contextlib import nullcontext

import pytest

from podpath.readers.line_forms import LineForms
from podpath.readers.lines import Lines
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Unread


def filled(line: str) -> LineForms:
    """Return what many lines of a form make."""
    forms = LineForms()
    for number in range(300):
        forms.add(line.format(n=number))
    return forms


def test_other_numbers_are_of_the_same_form() -> None:
    """Other words are not."""
    pattern = filled("evt#{n} <svc-3> retry({n}) of 0a1b2c3d4e5f").pattern
    assert pattern is not None
    assert pattern.fullmatch("evt#9 <svc-7> retry(12345) of 99999999aa\nevt#1 <svc-1> retry(1) of 0123456789ab\n")
    assert not pattern.match("evt#9 <web-7> retry(12345) of 99999999aa\n")


@pytest.mark.parametrize("line", ["{n}.0.0.1 up", "{n}: eth{n}"])
def test_few_letters_are_no_form(line: str) -> None:
    """The numbers may decide what such a line is."""
    assert filled(line).pattern is None


def test_what_stands_in_such_a_log_is_found() -> None:
    """The lines are counted, and the output between them is read."""
    log = [f"evt#{number} <svc-{number % 9}> state={number % 5} :: retry({number})" for number in range(3000)]
    text = [*log, "root@n1:~# ip rule", "0:\tfrom all lookup local", "", *log]
    parts = list(Transcript("t", NodeRef("t")).read(Lines(lambda: nullcontext(io.StringIO("\n".join(text))), least=1)))
    (section,) = [part for part in parts if isinstance(part, Section)]
    assert (section.first, section.lines) == (3002, ["0:\tfrom all lookup local"])
    assert sum(part.last - part.first + 1 for part in parts if isinstance(part, Unread)) >= 6000
