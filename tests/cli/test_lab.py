"""``podpath lab``, as people type it."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podpath.cli.main import main
from podpath.lab import client
from podpath.lab.components import registry

pytestmark = pytest.mark.lab
NAME = f"cli-{os.getpid()}"


@pytest.fixture(scope="module")
def up() -> Iterator[str]:
    """Return the name of a lab that was built by the command, and is taken down by it."""
    assert (
        main(["lab", "up", "flannel-vxlan", "--nodes", "2", "--pods", "2", "--name", NAME, "--for", "2m", "--format", "json"])
        == 0
    )
    yield NAME
    if NAME in client.names():
        assert main(["lab", "down", NAME]) == 0
    assert NAME not in client.names()


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """Return the JSON document of a command."""
    capsys.readouterr()
    main(["lab", *words, "--format", "json"])
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def podpath(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run podpath in a process of its own."""
    code = "from podpath.cli.main import main; raise SystemExit(main())"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=30)


def test_a_lab_is_listed(up: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its sizes."""
    assert main(["lab", "list"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{up} "))
    assert line.split()[:5] == [up, "flannel-vxlan", "2", "2", "0"]


def test_a_command_runs_in_a_node_and_in_a_pod(up: str) -> None:
    """With its own output, status and working directory."""
    done = podpath("lab", "exec", "--lab", up, "n2", "sh", "-c", "hostname; pwd; exit 5")
    assert (done.returncode, done.stdout, done.stderr) == (5, f"n2\n{os.getcwd()}\n", "")  # noqa: PTH109 - a text
    done = podpath("lab", "exec", "--lab", up, "p1", "ip", "-4", "-o", "address", "show", "eth0")
    assert "10.244.1.10/24" in done.stdout
    done = podpath("lab", "exec", "--lab", up, "n1", "no-such-command")
    assert (done.returncode, done.stderr) == (127, "podpath: no-such-command: no such command\n")


def test_it_is_broken_judged_and_mended(up: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 while somebody does not reach whom they should."""
    assert main(["lab", "matrix", up]) == 0
    assert main(["lab", "break", up, "ip-forward-off", "--node", "n1"]) == 0
    assert "sysctl -w net.ipv4.ip_forward=0" in capsys.readouterr().out
    assert main(["lab", "matrix", up, "--from", "n1/p1", "--to", "n2/p2"]) == 1
    assert main(["lab", "mend", up]) == 0
    assert "ip-forward-off is fixed in n1" in capsys.readouterr().out
    assert main(["lab", "mend", up]) == 0
    assert "nothing is broken" in capsys.readouterr().out


def test_a_random_fault_is_not_told(up: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Until it is mended."""
    assert main(["lab", "break", up, "--random", "--seed", "3"]) == 0
    assert "something is broken" in capsys.readouterr().out
    assert main(["lab", "mend", up]) == 0
    assert " was in n" in capsys.readouterr().out


@pytest.mark.parametrize("words", [("list",), ("topologies",), ("faults",), ("matrix", NAME), ("mend", NAME)], ids=lambda w: w[0])
def test_documents_follow_their_schemas(up: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    """Those that come with podpath."""
    import jsonschema

    from podpath.lab.schemas import schema

    del up
    document = answer(capsys, *words)
    assert document["schema"] == f"podpath.lab-{words[0]}/1"
    jsonschema.validate(document, schema(words[0]))


def test_breaking_and_building_answer_in_json_too(up: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And down."""
    import jsonschema

    from podpath.lab.schemas import schema

    jsonschema.validate(answer(capsys, "break", up, "ip-forward-off"), schema("break"))
    jsonschema.validate(answer(capsys, "mend", up), schema("mend"))
    other = f"{NAME}-2"
    document = answer(capsys, "up", "flannel-vxlan", "--nodes", "1", "--pods", "1", "--name", other)
    jsonschema.validate(document, schema("up"))
    jsonschema.validate(answer(capsys, "down", other), schema("down"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("down", "no-such-lab"), 'there is no lab named "no-such-lab"'),
        (("exec", "--lab", "no-such-lab", "n1", "ls"), 'there is no lab named "no-such-lab"'),
        (("up", "no-such-topology"), 'there is no topology "no-such-topology"'),
        (("up", "canal", "--name", "A B"), '"A B" is not a name for a lab'),
        (("break", "a", "b", "c"), "not 3 words"),
        (("break",), "give a fault"),
        (("matrix", NAME, "--from", "nobody"), 'nothing in this lab is called "nobody"'),
        (("exec", "--lab", NAME, "n1"), "no command is given"),
    ],
)
def test_errors_are_sentences(up: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    """And the exit status is 2."""
    del up
    assert main(["lab", *words]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("time", ["soon", "0", "-3", "5y"])
def test_a_time_is_checked(capsys: pytest.CaptureFixture[str], time: str) -> None:
    """Before anything is built."""
    with pytest.raises(SystemExit) as error:
        main(["lab", "up", f"--for={time}"])
    assert error.value.code == 2
    assert "is not a time" in capsys.readouterr().err


def test_a_lab_is_built_in_a_pipe() -> None:
    """Whoever reads the output sees its end, although the lab stays up."""
    name = f"{NAME}-pipe"
    try:
        done = podpath("lab", "up", "flannel-vxlan", "--nodes", "1", "--pods", "1", "--name", name, "--for", "2m")
        assert (done.returncode, done.stderr) == (0, "")
    finally:
        main(["lab", "down", name])


def test_names_that_other_users_hold_are_no_labs_of_ours(up: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Any user can take any abstract name, ours and one with control characters included."""
    mine = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(2)]
    try:
        with ThreadPoolExecutor(1) as executor:
            executor.submit(_as_somebody_else, mine).result()
        assert main(["lab", "list"]) == 0
        shown = capsys.readouterr().out
        assert f"{up} " in shown
        assert "theirs" not in shown
        assert "\x1b" not in shown
    finally:
        for one in mine:
            one.close()


def _as_somebody_else(sockets: list[socket.socket]) -> None:
    """Bind names in a thread whose user is another one (seteuid(2) of the thread alone)."""
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.syscall(_SETRESUID, -1, 12345, -1) == 0
    for one, name in zip(sockets, ("theirs", "theirs\x1b[31m"), strict=True):
        one.bind(f"\0podpath-lab/0/{name}")
        one.listen()
    assert libc.syscall(_SETRESUID, -1, 0, -1) == 0


_SETRESUID = {"x86_64": 117, "aarch64": 147}.get(os.uname().machine, 117)


def test_programs_that_are_there_are_not_built_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`lab build` names each, and where it is; a program that podpath does not know is an error."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = registry.path("flanneld")
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    assert answer(capsys, "build", "flanneld")["programs"] == [{"name": "flanneld", "path": str(path), "seconds": 0}]
    assert main(["lab", "build", "flanneld"]) == 0
    assert capsys.readouterr().out == "flanneld                 is there\n"
    assert main(["lab", "build", "flannel"]) == 2
    assert '"flannel" is none of these programs: etcd, kube-apiserver' in capsys.readouterr().err
