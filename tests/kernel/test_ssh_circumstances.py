"""What goes wrong with ssh in the world: each with a real server, a real client and a real shell."""

import json
import os
import re
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sshd import OUTSIDE, SOURCE, Site, site

_MUTE = "import socket, time; at = socket.create_server(('', 2300)); held = at.accept(); time.sleep(60)"
_TYPING = """
import os, pty, sys
question, answer, *words = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(words[0], words)
said = ""
try:
    while part := os.read(terminal, 4096):
        said += part.decode(errors="replace")
        if question in said:
            os.write(terminal, answer.encode() + b"\\n")
            question = "\\0"
except OSError:
    pass  # the terminal's other side is closed
print(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a command at a terminal, and types an answer when a question is asked there."""
pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def pair() -> Iterator[Site]:
    """Return a lab of two nodes with a pod each."""
    with site("flannel-vxlan", nodes=2, pods=2) as made:
        yield made


def lines_by_node(err: str) -> dict[str, str]:
    """Return what the progress lines say of each node."""
    found = re.findall(r"^podpath: \d+/\d+ ([\w.-]+): (.*)$", err, re.MULTILINE)
    return dict(found)


def rows(pair: Site, file: str, query: str) -> list[list[Any]]:
    """Return what a query says of a snapshot on the outside host."""
    done = pair.podpath("sql", query, file, "--format", "json")
    assert done.code == 0, done.err
    found: list[list[Any]] = json.loads(done.out)["rows"]
    return found


def test_each_failure_is_told_in_the_words_of_ssh(pair: Site) -> None:
    """All at once: a wrong key, an unknown one, nobody there, no way there, silence; and the node that answers is used."""
    pair.shell(OUTSIDE, "ssh-keygen -q -t ed25519 -N '' -f /run/other; ip route add unreachable 203.0.113.0/24")
    other = " ".join(pair.shell(OUTSIDE, "cat /run/other.pub").split()[:2])
    pair.shell(OUTSIDE, f"echo 'changed {other}' >>/run/known_hosts")
    pair.alias("changed", "n2", "HostKeyAlias changed")
    pair.alias("new", "n2", "HostKeyAlias new")
    pair.alias("refused", "n2", "Port 2299")
    pair.alias("noroute", "n2", "HostName 203.0.113.7")
    pair.shell(
        OUTSIDE, "cat - /run/ssh_config >/run/new && mv /run/new /run/ssh_config", "Host noroute\n    HostName 203.0.113.7\n"
    )
    pair.alias("mute", "n2", "Port 2300")
    mute = pair.cluster.start("n2", [sys.executable, "-c", _MUTE])
    try:
        began = time.monotonic()
        done = pair.podpath(
            "collect", "-o", "/run/c.podpath", "--timeout", "4", "--ssh", "n1,changed,new,refused,noroute,mute", "--ssh", "n9"
        )
        took = time.monotonic() - began
    finally:
        mute.end()
    told = lines_by_node(done.err)
    assert done.code == 3, done
    assert re.fullmatch(r"\d+ kB in .*", told["n1"])
    assert "Host key verification failed" in told["changed"]
    assert "Offending ED25519 key in /run/known_hosts" in told["changed"]
    assert "No ED25519 host key is known for new and you have requested strict checking" in told["new"]
    assert told["refused"] == f"ssh: connect to host {pair.addresses['n2']} port 2299: Connection refused"
    assert told["noroute"] == "ssh: connect to host 203.0.113.7 port 22: No route to host"
    assert told["mute"].startswith("it sent nothing for 4 seconds")
    assert "Could not resolve hostname n9" in told["n9"]
    assert took < 15
    assert pair.processes() == [], "no ssh is left"
    kept = rows(pair, "/run/c.podpath", "select node_name(ns), problem from capture where problem is not null")
    assert dict(kept) == {name: text for name, text in told.items() if name != "n1"}
    report = json.loads(pair.podpath("check", "--format", "json", "/run/c.podpath").out)
    unknown = {
        item["node"]: item["missing"] for item in report["unknowns"] if item["node"] in told and "everything: " in item["missing"]
    }
    assert unknown == {name: f"everything: {text}" for name, text in told.items() if name != "n1"}


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), pytest.param("no", 2, marks=pytest.mark.long)])
def test_a_person_may_answer_what_ssh_asks(pair: Site, answer: str, code: int) -> None:
    """With --ask, at a terminal: whether to trust a host key that is new, and what is answered holds."""
    name = f"asking-{answer}"
    pair.alias(name, "n2", f"HostKeyAlias {name}")
    podpath = [sys.executable, "-m", "podpath", "collect", "--ask", "--ssh", name, "-o", f"/run/{name}.podpath"]
    path = f"/run/bin:{os.environ['PATH']}"
    environ = {"PATH": path, "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8", "TERM": "xterm", "TMPDIR": "/run"}
    done = pair.cluster.start(
        OUTSIDE, [sys.executable, "-c", _TYPING, "Are you sure you want to continue", answer, *podpath], env=environ
    ).wait(50)
    assert "Are you sure you want to continue" in done.out
    assert done.code == code, done
    if answer == "yes":
        assert rows(pair, f"/run/{name}.podpath", "select count(*) from link") != [[0]]
    else:
        assert "Host key verification failed" in done.out


@pytest.mark.parametrize(
    "shell", ["fish", pytest.param("csh", marks=pytest.mark.long), pytest.param("bash", marks=pytest.mark.long)]
)
def test_the_login_shell_does_not_matter(pair: Site, shell: str) -> None:
    """One that is not POSIX, and one that prints a heading and a device before the script runs: the tables are the same."""
    if not Path(pair.shell("n1", f"getent passwd {shell}").strip().rpartition(":")[2]).exists():
        pytest.skip(f"{shell} is not installed")
    query = "select node_name(ns), name, ifindex from link order by all"
    pair.alias(shell, "n1", f"User {shell}")
    done = pair.podpath("collect", "-o", f"/run/{shell}.podpath", "--ssh", f"{shell},n2")
    assert done.code == 0, done
    pair.podpath("collect", "-o", "/run/plainly.podpath", "--ssh", "n1,n2")
    theirs = rows(pair, f"/run/{shell}.podpath", query)
    assert theirs
    assert [[row[0].replace(shell, "n1"), *row[1:]] for row in theirs] == rows(pair, "/run/plainly.podpath", query)
    assert rows(pair, f"/run/{shell}.podpath", "select * from unread") == []


@pytest.mark.long
def test_a_login_banner_is_no_problem_and_no_reason(pair: Site) -> None:
    """It is not taken for output, nor for the words that say why something failed."""
    pair.shell("n2", "printf 'Unauthorized access\\nprohibited: 10.0.0.1\\n' >/run/banner")
    pair.serve("n2", "Banner /run/banner\n")
    pair.alias("stranger", "n2", "User nobody", "IdentityFile /run/none")
    try:
        done = pair.podpath("collect", "-o", "/run/b.podpath", "--ssh", "n2,nobody@stranger")
    finally:
        pair.serve("n2")
    told = lines_by_node(done.err)
    assert re.fullmatch(r"\d+ kB in .*", told["n2"])
    assert "Permission denied" in told["stranger"] or "not available" in told["stranger"]
    assert "Unauthorized" not in told["stranger"]


@pytest.mark.long
def test_without_root_what_only_root_sees_is_unknown(pair: Site) -> None:
    """And --sudo without the right to it is a failure in sudo's words."""
    pair.alias("plain", "n1", "User plain")
    done = pair.podpath("check", "--format", "json", "--ssh", "plain,n2")
    missing = [item for item in json.loads(done.out)["unknowns"] if item["node"] == "plain"]
    assert any("only root sees" in item["missing"] and "--sudo" in item["command"] for item in missing)
    done = pair.podpath("check", "--format", "json", "--sudo", "--ssh", "plain,n2", "--quiet")
    told = [item["missing"] for item in json.loads(done.out)["unknowns"] if "sudo" in item["missing"]]
    assert told == ["everything: sudo: a password is required"]
    assert done.err == ""


@pytest.mark.long
def test_sudo_sees_what_root_sees(pair: Site) -> None:
    """Where it needs no password: the same tables, and nothing is missing for want of root."""
    pair.shell("n1", "printf 'plain ALL=(ALL) NOPASSWD: ALL\\n' >/run/sudoers; chmod 440 /run/sudoers")
    pair.shell("n1", "mount --bind /run/sudoers /etc/sudoers")
    try:
        done = pair.podpath("collect", "-o", "/run/sudo.podpath", "--ssh", "n1,n2", "--user", "plain", "--sudo", "--retries", "0")
    finally:
        pair.shell("n1", "umount /etc/sudoers")
    told = lines_by_node(done.err)
    assert re.fullmatch(r"\d+ kB in .*", told["n1"]), done.err
    assert told["n2"].endswith("sudo: a password is required"), "there it has not been allowed"
    assert pair.podpath("collect", "-o", "/run/root.podpath", "--ssh", "n1").code == 0
    query = """
        select n.kind, l.name from netns n join node d using (node) join link l on l.ns = n.ns where d.name = 'n1' order by all
    """
    assert rows(pair, "/run/sudo.podpath", query) == rows(pair, "/run/root.podpath", query)
    assert rows(pair, "/run/sudo.podpath", "select what from missing where what like '%only root%'") == []


@pytest.mark.long
def test_a_terminal_sees_a_live_line_for_each_node(pair: Site) -> None:
    """Counts and the nodes that run, on a real terminal; gone when it is done."""
    with pair.instead("n2", "tc", "exec sleep 3"):
        words = [sys.executable, "-m", "podpath", "collect", "-o", "/run/y.podpath", "--ssh", "n1,n2"]
        env = {"PATH": f"/run/bin:{os.environ['PATH']}", "PYTHONPATH": str(SOURCE), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        done = pair.cluster.run(OUTSIDE, ["script", "-qec", shlex.join(words), "/dev/null"], env=env, timeout=40)
    assert re.search(r"1 done, 0 failed, 1 running, 0 waiting, about \d+ s left\s+n2 +\d+\.\d s +\d+ kB", done.out)
    assert "0 done, 0 failed, 2 running, 0 waiting" in done.out
    assert "/run/y.podpath: 2 nodes" in done.out.splitlines()[-1]


@pytest.mark.long
def test_an_endless_answer_is_bounded(pair: Site) -> None:
    """A node that prints and prints: it is ended at the limit, neither memory nor disk fill up, and the other is used."""
    with pair.instead("n2", "tc", "while cat /proc/kallsyms /proc/kallsyms /proc/kallsyms; do :; done"):
        done = pair.podpath("collect", "-o", "/run/e.podpath", "--ssh", "n1,n2", "--timeout", "40")
    told = lines_by_node(done.err)
    assert re.fullmatch(r"\d+ kB in .*", told["n1"])
    assert told["n2"] == "it printed more than 67 MB; podpath did not read the rest"
    assert pair.processes() == []


@pytest.mark.long
def test_noise_without_end_is_bounded(pair: Site) -> None:
    """A shell that prints before the script can run, for ever."""
    pair.shell("n1", "printf '#!/bin/sh\\nyes y\\n' >/run/stream; chmod 755 /run/stream")
    pair.alias("noise", "n1", "User stream")
    told = lines_by_node(pair.podpath("collect", "-o", "/run/f.podpath", "--ssh", "noise,n2").err)
    assert told["noise"].startswith("it prints without end before the script runs")


def test_control_characters_never_reach_the_terminal(pair: Site) -> None:
    """In what ssh says, in what a node prints, and in the names of its devices: shown, or left out, never sent."""
    pair.shell(
        "n1", "printf '#!/bin/sh\\nprintf \"\\\\033]0;owned\\\\007\\\\302\\\\233 31m no\\\\n\" >&2; exit 1\\n' >/run/stream"
    )
    pair.shell("n1", "chmod 755 /run/stream; ip link add \"$(printf 'a\\033[31mb')\" type bridge")
    pair.alias("coloured", "n1", "User stream")
    try:
        done = pair.podpath("check", "--ssh", "coloured,n1,n2", "--color", "never", "--retries", "0")
    finally:
        pair.shell("n1", "ip link del \"$(printf 'a\\033[31mb')\"")
    assert "\\x1b]0;owned\\x07" in done.err
    assert not re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.out + done.err)


@pytest.mark.long
def test_two_names_of_one_host_are_one_node(pair: Site) -> None:
    """Else each of its addresses would stand on two nodes."""
    pair.alias("again", "n1")
    done = pair.podpath("check", "--format", "json", "--ssh", f"n1,again,n2,{pair.addresses['n2']}", "--jobs", "1")
    report = json.loads(done.out)
    assert (report["nodes"], report["findings"]) == (["n1", "n2"], [])
    assert "again is the same host as n1, and was used once" in done.err


@pytest.mark.long
def test_one_name_of_two_hosts_is_two_nodes(pair: Site) -> None:
    """Two ports behind one address, as of port forwardings; and both have one host name."""
    for node in pair.nodes:
        pair.shell(node, "hostname twin")
    pair.alias("gate", "n1")
    try:
        pair.shell(
            OUTSIDE, f"printf 'gate n1\\n{pair.addresses['n2']} gate\\n' | tail -n 2 >/run/hosts.txt; echo gate >>/run/hosts.txt"
        )
        done = pair.podpath("check", "--format", "json", "--ssh", "@/run/hosts.txt")
    finally:
        for node in pair.nodes:
            pair.shell(node, f"hostname {node}")
    report = json.loads(done.out)
    assert (report["nodes"], report["findings"]) == (["gate", "n1"], []) or len(report["nodes"]) == 2


@pytest.mark.long
def test_a_shared_connection_of_the_user_is_used(pair: Site) -> None:
    """ControlMaster with a master that stays behind: the second collection needs no login, and nothing hangs on it."""
    pair.alias("shared", "n1", "ControlMaster auto", "ControlPath /run/master-%n", "ControlPersist 60")
    assert pair.podpath("collect", "-o", "/run/s.podpath", "--ssh", "shared", "--timeout", "20").code == 0
    before = pair.servers["n1"].err.count("Accepted publickey")
    try:
        assert pair.podpath("collect", "-o", "/run/s.podpath", "--ssh", "shared", "--timeout", "20").code == 0
        assert pair.servers["n1"].err.count("Accepted publickey") == before
    finally:
        pair.shell(OUTSIDE, "ssh -F /run/ssh_config -O exit shared")


@pytest.mark.long
def test_a_jump_host_is_gone_through(pair: Site) -> None:
    """As the user's configuration has it; nothing of it is left."""
    pair.alias("inner", "n2", "ProxyCommand /run/bin/ssh -W %h:%p n1")
    done = pair.podpath("collect", "-o", "/run/j.podpath", "--ssh", "inner")
    assert done.code == 0, done
    assert pair.processes() == []


@pytest.mark.long
def test_a_busybox_node_is_read(pair: Site) -> None:
    """A node that has no iproute2, no bash, nothing but busybox."""
    pair.shell("n1", "mkdir -p /run/only; for name in $(busybox --list); do ln -sf $(command -v busybox) /run/only/$name; done")
    pair.shell(
        "n1", "printf '#!/run/only/sh\\nPATH=/run/only\\nexport PATH\\nexec sh \"$@\"\\n' >/run/stream; chmod 755 /run/stream"
    )
    pair.alias("box", "n1", "User stream")
    # The script adds the administrator's folders to PATH; on such a node they hold nothing.
    for folder in ("/usr/sbin", "/sbin", "/usr/local/sbin"):
        pair.shell("n1", f"mkdir -p /run/empty; [ -d {folder} ] || exit 0; mount --bind /run/empty {folder}")
    try:
        done = pair.podpath("collect", "-o", "/run/box.podpath", "--ssh", "box")
    finally:
        for folder in ("/usr/sbin", "/sbin", "/usr/local/sbin"):
            pair.shell("n1", f"mountpoint -q {folder} && umount {folder}; :")
    assert done.code == 0, done
    assert rows(pair, "/run/box.podpath", "select distinct name from link where name = 'lo'") == [["lo"]]
    assert rows(pair, "/run/box.podpath", "select command from source where command like '%ip -d%'") == []
    assert rows(pair, "/run/box.podpath", "select count(*) > 0 from route") == [[True]]


@pytest.mark.long
def test_podpath_on_the_node_is_used(pair: Site) -> None:
    """Its rows say more than text: namespaces by inode. One that is broken there does no harm."""
    with pair.instead("n1", "podpath", f'PYTHONPATH={SOURCE} exec {sys.executable} -m podpath "$@"'):
        done = pair.podpath("collect", "-o", "/run/p.podpath", "--ssh", "n1,n2")
        assert done.code == 0, done
        ways = rows(pair, "/run/p.podpath", "select node_name(ns), way from capture order by 1")
        assert ways == [["n1", "podpath"], ["n2", "script"]]
        assert rows(pair, "/run/p.podpath", "select node_name(ns) from netns where inode is not null group by 1") == [["n1"]]
        assert json.loads(pair.podpath("check", "--format", "json", "/run/p.podpath").out)["findings"] == []
    with pair.instead("n1", "podpath", 'echo \'{"schema": "podpath.rows/1", "columns": {}}\'; exit 1'):
        pair.podpath("collect", "-o", "/run/p.podpath", "--ssh", "n1,n2")
        ways = rows(pair, "/run/p.podpath", "select node_name(ns), way from capture order by 1")
    assert ways == [["n1", "script"], ["n2", "script"]]


@pytest.mark.long
def test_nothing_is_written_on_the_node(pair: Site) -> None:
    """No file appears, in any folder that a login could write to."""
    look = "find /run /tmp /var/tmp /dev/shm -xdev -newer /run/stamp -type f ! -path '/run/first/*' 2>/dev/null | sort"
    pair.shell("n1", "touch -d '1 second ago' /run/stamp; rm -rf /run/quiet; mkdir /run/quiet; mount -t tmpfs none /run/quiet")
    pair.shell("n1", "for d in /tmp /var/tmp /dev/shm; do [ -d $d ] && mount -t tmpfs none $d; done; :")
    try:
        before = pair.shell("n1", look)
        assert pair.podpath("collect", "-o", "/run/w.podpath", "--ssh", "n1").code == 0
        assert pair.shell("n1", look) == before
    finally:
        pair.shell("n1", "for d in /tmp /var/tmp /dev/shm /run/quiet; do [ -d $d ] && umount $d; done; :")
