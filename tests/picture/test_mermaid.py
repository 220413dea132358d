"""The map as a flowchart of Mermaid."""

import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable

import pytest

from podpath.picture.mermaid import plain, render
from podpath.picture.model import Map
from tests.browser import Opened
from tests.picture.maps import HOSTILE, hosts, named, sample

MAPS = {"sample": sample("broken-tunnel"), "hostile": named(HOSTILE, HOSTILE[0]), "many": hosts(30, 3)}
_LINE = re.compile(
    r"flowchart LR|  end|  subgraph n\d+\[\"[^\"]*\"\]|  (  )?[ns]\d+(b\d+)?\[\"[^\"]*\"\]"
    r"|  n\d+b\d+ (---|===|--x|-\.-) [ns]\d+(b\d+)?|  classDef \w+ [\w:#,\- ]+|  class [\w,]+ \w+"
)


@pytest.fixture(scope="module")
def mermaid(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return Mermaid itself, as GitHub has it: one script."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm, for Mermaid itself")
    folder = tmp_path_factory.mktemp("mermaid")
    asked = [npm, "pack", "--silent", "mermaid@11"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"needs npm's registry, for Mermaid itself: {done.stderr.strip()[:200]}")
    (packed,) = folder.glob("mermaid-*.tgz")
    with tarfile.open(packed) as archive:
        script = archive.extractfile("package/dist/mermaid.min.js")
        assert script is not None
        return script.read().decode()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_mermaid_draws_it(mermaid: str, show: Callable[..., Opened]) -> None:
    """Each map, without a complaint: every box is there with its words, and no name is markup."""
    opened = show("<!DOCTYPE html><html lang=en><title>map</title><body></body></html>", "html")
    opened.page.on("dialog", lambda dialog: opened.said.append(f"dialog: {dialog.message}"))
    opened.page.add_script_tag(content=mermaid)
    opened.page.evaluate("mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' })")
    for name, graph in MAPS.items():
        drawn = opened.page.evaluate("([id, text]) => mermaid.render(id, text).then(one => one.svg)", [name, render(graph)])
        assert drawn.count('class="node ') == sum(
            1 for line in render(graph).splitlines() if re.match(r" +[ns]\d+(b\d+)?\[", line)
        )
        opened.page.set_content(f"<body>{drawn}</body>")
        assert opened.page.locator("img, script").count() == 0
        words = " ".join((opened.page.locator("svg").text_content() or "").split())
        assert {"sample": "vtep-mac-mismatch", "hostile": "<img src=x onerror=alert(1)>", "many": "3 containers"}[name] in words
        opened.page.add_script_tag(content=mermaid)
    assert opened.said == []
    assert opened.asked == []


@pytest.mark.parametrize("graph", MAPS.values(), ids=MAPS)
def test_every_line_is_one_of_a_flowchart(graph: Map) -> None:
    """Whatever the names are: no quote, bracket or tag of theirs is left."""
    assert [line for line in render(graph).splitlines() if not _LINE.fullmatch(line)] == []
    assert re.sub(r"<br/>", "", render(graph)).count("<") == 0


def test_letters_that_mean_something_become_entities() -> None:
    """Addresses and names stay legible."""
    assert plain('10.0.0.1/24 web-1 "x"') == "10.0.0.1/24 web-1 #34;x#34;"
    assert plain("<b>`;end%%") == "#60;b#62;#96;#59;end#37;#37;"


def test_what_is_broken_is_marked() -> None:
    """By a sign, a class, and another line."""
    drawn = render(sample("broken-tunnel"))
    assert "✗ flannel.1" in drawn
    assert re.search(r"class [\w,]*n1b\d+,?[\w,]* error", drawn)
    assert "--x" in drawn
