"""Completion of ``kubectl podpath``: the words are those with which kubectl runs ``kubectl_complete-podpath``."""

from pathlib import Path

import pytest

from podpath.cli.plugin_names import main
from tests.collect.kube.fake import FORBIDDEN, Answer, make

ANSWERS = (
    Answer("get namespaces", "<none>   shop\n<none>   web\n"), Answer("get pods -n shop", "shop   db-0\nshop   db-1\n"),
    Answer("get services -A", "shop   db\nweb   front\n"), Answer("get nodes", "<none>   n1\n"),
    Answer("get statefulsets -n shop", "shop   db\n"), Answer("--context prod get deployments -A", "web   front\n"),
    Answer("-n shop get service db", "pg\n5432\n"), Answer("get deployments -A", "", FORBIDDEN, 1),
    Answer(".", "", "error: ?", 1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a kubectl on PATH that knows a cluster."""
    monkeypatch.setenv("PATH", f"{make(tmp_path / 'bin', *ANSWERS)}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["tr"], ["trace", ":4"]),
        (["trace", "s"], ["shop/", "sts/", "svc/", ":6"]),
        (["trace", "shop/db-"], ["shop/db-0", "shop/db-1", ":4"]),
        (["trace", "shop/s"], ["shop/sts/", "shop/svc/", ":6"]),
        (["trace", "shop/sts/"], ["shop/sts/db", ":4"]),
        (["trace", "shop/db-0", "svc/"], ["svc/shop/db", "svc/web/front", ":4"]),
        (["trace", "--port", "80", "shop/db-0", "node/"], ["node/n1", ":4"]),
        (["trace", "shop/db-0", "svc/shop/db:"], ["svc/shop/db:5432", "svc/shop/db:pg", ":4"]),
        (["trace", "deploy/"], [":4"]),
        (["trace", "--context", "prod", "deploy/"], ["deploy/web/front", ":4"]),
        (["trace", "--context=prod", "a", "deploy/w"], ["deploy/web/front", ":4"]),
        (["trace", "a", "b", ""], [":4"]),
        (["explain-policy", "n"], [":4"]),
        (["explain-policy", "shop/db-0", "shop/"], [":4"]),
        (["explain-policy", "--obj"], ["--objects", ":4"]),
        (["check", "s"], [":4"]),
    ],
)
def test_names_are_those_of_the_cluster(words: list[str], printed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Namespaces and kinds, then what is in them; nothing where the cluster does not answer."""
    assert main(words) == 0
    assert capsys.readouterr().out.split() == printed


def test_without_kubectl_nothing_is_offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is complained of."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["trace", "shop/"]) == 0
    assert capsys.readouterr() == ("shop/deploy/\nshop/ds/\nshop/sts/\nshop/svc/\n:6\n", "")
