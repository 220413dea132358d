"""Every command of docs/fleet.md, in order, in a folder that has the samples."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from podpath.cli.main import parser

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    """From nodes into a lake to a report of many clusters, on Dask, too."""
    pytest.importorskip("distributed")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    (tmp_path / "bin").mkdir()
    for name, code in (("podpath", "-m podpath"), ("dask", "-W ignore -m distributed.cli.dask_{}")):
        words = f'exec {shlex.quote(sys.executable)} {code.format("$1")} "$@"'
        script = f"#!/bin/sh\n{words}\n" if name == "podpath" else f"#!/bin/sh\nkind=$1; shift\n{words.replace('$1', '$kind')}\n"
        (tmp_path / "bin" / name).write_text(script)
        (tmp_path / "bin" / name).chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    env = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
    env |= {"DASK_DISTRIBUTED__DASHBOARD__LINK": "", "DASK_TEMPORARY_DIRECTORY": str(tmp_path)}
    commands = blocks("sh")
    assert len(commands) >= 5
    for block in commands:
        text = block.replace("8786", str(port)).replace("dask scheduler", "dask scheduler --no-dashboard")
        text = text.replace("--no-nanny", "--no-nanny --no-dashboard")
        process = subprocess.Popen(
            ["bash", "-e", "-c", text], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            if "&" in text:  # what runs in the background holds the pipe
                assert process.wait(timeout=180) == 0
            else:
                output, _ = process.communicate(timeout=180)
                assert process.returncode == 0, output
        finally:
            if "&" in text:
                os.killpg(process.pid, signal.SIGKILL)
            if process.stdout is not None:
                process.stdout.close()
    assert "cluster" in (tmp_path / "fleet.html").read_text()


def test_the_queries_of_the_page_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB's, and polars' where it is installed."""
    from podpath.cli.main import main

    monkeypatch.chdir(tmp_path)
    assert main(["collect", "-o", "lake/", "--cluster", "prod", str(ROOT / "samples" / "three-node-canal")]) == 0
    assert main(["check", "lake", "--engine", "local", "--fail-on", "never"]) == 0
    with duckdb.connect() as connection:
        for block in blocks("sql"):
            for statement in block.split(";"):
                if statement.strip():
                    connection.execute(statement)
    pytest.importorskip("polars")
    for block in blocks("python"):
        exec(block, {})  # noqa: S102 - it is our own page


def test_what_pushes_nodes_calls_podpath_as_it_is_called() -> None:
    """By systemd and by Kubernetes."""
    folder = ROOT / "docs" / "fleet"
    (command,) = re.findall(r"^ExecStart=/usr/bin/podpath (.*)$", (folder / "podpath-push.service").read_text(), re.MULTILINE)
    pod = yaml.safe_load((folder / "podpath-push.yaml").read_text())["spec"]["template"]["spec"]
    (line,) = pod["containers"][0]["args"]
    words = line.split("podpath ")[1].split(";")[0]
    for each in (command, words):
        filled = (
            each.replace("${LAKE}", "s3://b/l").replace("$LAKE", "s3://b/l").replace("${CLUSTER}", "c").replace("$CLUSTER", "c")
        )
        options = parser().parse_args(shlex.split(filled))
        assert (options.command, options.output, options.cluster) == ("collect", "s3://b/l", "c")
    assert pod["hostNetwork"]
    assert "[Timer]" in (folder / "podpath-push.timer").read_text()
