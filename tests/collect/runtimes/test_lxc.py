"""Real containers of LXC; lxc-info is the judge."""

from pathlib import Path

import pytest

from podpath.collect.runtimes.cgroup import Owner, owner_of_process
from podpath.state.runtime import Container
from tests.collect.runtimes.helper import Said
from tests.engines import Lxc

pytestmark = pytest.mark.root


def test_running_and_stopped_containers(lxc: Lxc) -> None:
    """By name, with the first process of those that run."""
    name = f"{lxc.prefix}-web.1"
    pid = lxc.run(name)
    lxc.define("stopped")
    rows = {row.name: row for row in Said(lxc.root).containers("lxc")}
    assert rows[name] == Container(name, name, None, "running", pid, runtime="lxc")
    assert rows["stopped"] == Container("stopped", "stopped", None, "stopped", None, runtime="lxc")
    assert owner_of_process(pid) == Owner("lxc", name)


def test_where_there_is_no_lxc_nothing_is_said(tmp_path: Path) -> None:
    """Nor are the processes of the node gone through."""
    assert Said(tmp_path).heard == []
