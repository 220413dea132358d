"""``podpath mcp``, asked by the protocol's own client."""

import asyncio
import builtins
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from podpath.cli.main import main
from podpath.report.brief import MOST

pytest.importorskip("mcp", reason="needs the package mcp")

from mcp import Client, StdioServerParameters, stdio_client

SAMPLE = str(Path(__file__).parents[2] / "samples" / "broken-tunnel")
TEXT = "n7:\n$ ip neigh\n10.0.0.1 dev eth0 FAILED\n"


def asked(question: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - whatever the question answers
    """Start podpath as a client does, and ask."""

    async def run() -> Any:  # noqa: ANN401 - as above
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "podpath", "mcp"])
        async with Client(stdio_client(parameters)) as client:
            return await question(client)

    return asyncio.run(run())


async def answers(client: Client, calls: list[tuple[str, dict[str, Any]]]) -> list[tuple[bool, str]]:
    """Return for each call whether it failed, and its text."""
    results = [await client.call_tool(name, arguments) for name, arguments in calls]
    return [(bool(result.is_error), "".join(getattr(part, "text", "") for part in result.content)) for result in results]


def test_its_tools_only_read_and_say_so() -> None:
    """An agent may call them without asking a person."""
    tools = asked(lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"check", "trace", "what_if", "explain", "diff", "sql"}
    assert all(tool.annotations.read_only_hint and not tool.annotations.destructive_hint for tool in tools)
    assert all(tool.description for tool in tools)


def test_it_answers_as_the_commands_do() -> None:
    """Each in at most 2 kB: the verdict first."""
    here = {"snapshots": [SAMPLE]}
    fix = ["n2: ip link set flannel.1 address 0a:58:0a:f4:02:00"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("check", here),
        ("trace", {**here, "source": "p1", "destination": "p2"}),
        ("what_if", {**here, "commands": fix, "source": "p1", "destination": "p2"}),
        ("explain", {"name": "fdb"}),
        ("diff", {"old": [SAMPLE], "new": [SAMPLE]}),
        ("sql", {"query": "SELECT state FROM neighbour", "text": TEXT}),
    ]
    found = asked(lambda client: answers(client, calls))
    assert not any(failed for failed, _ in found)
    firsts = [text.split("\n")[0] for _, text in found]
    assert firsts[0] == "2 causes break 2 of 2 node pairs"
    assert firsts[1] == "dropped: p1 → p2 (icmp) is dropped on n2"
    assert firsts[2] != firsts[1]
    assert firsts[3].startswith("FDB: ")
    assert "nothing changed" in firsts[4]
    assert found[5][1] == "1 row\nstate\nFAILED\n"
    assert all(len(text.encode()) <= MOST for _, text in found)


def test_what_an_agent_got_wrong_is_told() -> None:
    """In the sentence that a person would get; nothing outside the snapshot is reached."""
    calls: list[tuple[str, dict[str, Any]]] = [
        ("trace", {"source": "p1", "destination": "nobody", "snapshots": [SAMPLE]}),
        ("check", {"snapshots": ["-"]}),
        ("check", {"snapshots": [SAMPLE], "text": TEXT}),
        ("sql", {"query": "SELECT * FROM read_text('/etc/hostname')", "snapshots": [SAMPLE]}),
        ("check", {"snapshots": ["no-such-file"]}),
    ]
    found = asked(lambda client: answers(client, calls))
    assert all(failed for failed, _ in found)
    said = ('nothing is called "nobody"', "a SNAPSHOT is a file here", "not both", "the query failed", "No such file")
    assert all(part in text for part, (_, text) in zip(said, found, strict=True))


def test_a_missing_package_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as Python's own
        if name.partition(".")[0] == "mcp":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr("sys.stdin", mock.Mock(isatty=lambda: False))
    with mock.patch("builtins.__import__", without):
        assert main(["mcp"]) == 2
    assert "pip install 'podpath[mcp]'" in capsys.readouterr().err


def test_a_terminal_is_no_client(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who types it reads who starts it."""
    monkeypatch.setattr("sys.stdin", mock.Mock(isatty=lambda: True))
    assert main(["mcp"]) == 2
    assert "starts `podpath mcp` itself" in capsys.readouterr().err
