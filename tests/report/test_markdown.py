"""Markdown."""

from markdown_it import MarkdownIt

from podpath.report.markdown import render
from podpath.state.finding import Confidence, Evidence, Finding, Report, Severity
from podpath.state.fix import say
from tests.checks.overlay.mesh.clusters import damaged, judged


def test_the_matrix_and_the_finding_are_there() -> None:
    """A ticket shows the cause, its line, the mend and the pairs."""
    text = render(judged(damaged("204", "dst 192.168.200.206", "dst 192.168.200.209")))
    assert "## error: fdb-stale-vtep-ip on 192.168.200.204" in text
    assert "`82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.209 self permanent` (192.168.200.204.txt:29)" in text
    assert "| 204 | · | ✓ | ✗ |" in text


def test_nothing_from_a_snapshot_is_markup() -> None:
    """Links, HTML and backticks stay text."""
    evil = "<img src=x onerror=alert(1)> [x](http://x) ``` | * _"
    evidence = Evidence(evil, "", "a ` b", evil, None, None)
    text = render(
        Report(
            (evil,),
            (Finding("x", Severity.ERROR, Confidence.PROVEN, evil, "", evil, "", (evidence,), (say(evil),)),),
            (),
            (),
            1,
        )
    )
    html = MarkdownIt("commonmark").render(text)
    assert "<img" not in html
    assert "<a " not in html
    assert "<code>a ` b</code>" in html
