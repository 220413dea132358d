"""``podpath sql``."""

import json

import pytest

from podpath.cli.main import main
from tests.checks.overlay.mesh.clusters import SAMPLE

QUERY = "select node_name(ns) as node, lladdr from (select ns, mac as lladdr from neighbour where \"address\" = ip4('10.42.1.0'))"


def test_addresses_are_printed_as_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    """In every form."""
    assert main(["sql", QUERY, str(SAMPLE)]) == 0
    assert "192.168.200.204  82:ce:7c:3e:91:36" in capsys.readouterr().out
    assert main(["sql", "--format", "json", QUERY, str(SAMPLE)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["192.168.200.204", "82:ce:7c:3e:91:36"]]
    assert main(["sql", "--format", "csv", QUERY, str(SAMPLE)]) == 0
    assert capsys.readouterr().out == "node,lladdr\n192.168.200.204,82:ce:7c:3e:91:36\n"


@pytest.mark.parametrize(
    "query", ["select nonsense", "select * from read_csv('/etc/passwd')", "copy route to '/tmp/x'", "install httpfs"]
)
def test_a_query_that_is_wrong_or_reaches_out_is_refused(capsys: pytest.CaptureFixture[str], query: str) -> None:
    """With DuckDB's own words."""
    assert main(["sql", query, str(SAMPLE)]) == 2
    assert capsys.readouterr().err.startswith("podpath: the query failed: ")
