"""Command lines as people paste them."""

import pytest

from podpath.readers.command_line import certain, find_prompt, split_commands


@pytest.mark.parametrize(
    ("line", "host", "rest"),
    [
        ("[root@localhost ~]# route -n", None, "route -n"),
        ("[root@n1 ~]# route -n", "n1", "route -n"),
        ("ubuntu@n1:~$ sudo ip a", "n1", "sudo ip a"),
        ("root@n1:/etc/cni# ip a", "n1", "ip a"),
        ("core@ip-10-0-0-1 ~ $ ip a", "ip-10-0-0-1", "ip a"),
        ("n1:~ # ip a", "n1", "ip a"),
        ("/ # ifconfig", None, "ifconfig"),
        ("~ $ ifconfig", None, "ifconfig"),
        ("bash-5.1# ip a", None, "ip a"),
        ("(venv) me@n1:/a b$ ip a", "n1", "ip a"),
        ("[12:00:01] root@n1:~# ip r", "n1", "ip r"),
        ("$ ip r", None, "ip r"),
        ("n1# ip route", "n1", "ip route"),
        ("root@n1:~# ", "n1", ""),
    ],
)
def test_a_sure_prompt_is_taken_off(line: str, host: str | None, rest: str) -> None:
    """The prompt of any usual shell is known, and the host in it."""
    prompt = find_prompt(line)
    assert prompt is not None
    assert certain(line)
    assert (prompt.host, prompt.rest) == (host, rest)


@pytest.mark.parametrize("line", ["### node n1", "10.0.0.0/8 dev eth0", "100% packet loss", "2: eth0: <UP> mtu 1500", "#", "%"])
def test_output_and_headings_are_no_prompts(line: str) -> None:
    """Signs of a prompt inside other lines mean nothing."""
    assert find_prompt(line) is None


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("ip a; ip r", [(["ip", "a"], False), (["ip", "r"], False)]),
        ("hostname && ip a", [(["hostname"], False), (["ip", "a"], False)]),
        ("ip route | grep flannel", [(["ip", "route"], True)]),
        ("ip route | cat", [(["ip", "route"], False)]),
        ("ip route 2>/dev/null | tee out.txt", [(["ip", "route"], False)]),
        ("ip neigh | head -5", [(["ip", "neigh"], True)]),
        ("ssh n1 'ip a; ip r'", [(["ip", "a"], False), (["ip", "r"], False)]),
        ("sh -c 'ip a'", [(["ip", "a"], False)]),
    ],
)
def test_a_line_is_split_into_its_commands(text: str, commands: list[tuple[list[str], bool]]) -> None:
    """A filter makes silence mean nothing; a pager or tee does not."""
    assert [(command.words, command.filtered) for command in split_commands(text)] == commands


@pytest.mark.parametrize(
    ("line", "host", "rest"),
    [
        ("kube-master kubernetes # ip route", "kube-master", "ip route"),
        ("VM1# iptables -S", "VM1", "iptables -S"),
        ("k3os-1 [~]$ ip r", "k3os-1", "ip r"),
        ("Node➜  ~ ip a", "Node", "ip a"),
        ("n1 $ ip a", "n1", "ip a"),
        ("[n1] ip a", "n1", "ip a"),
        ("admin@n1> ip a", "n1", "ip a"),
        ("root@n1:~ #ip a", "n1", "ip a"),
        ("┌──(kali㉿n1)-[~]", "n1", ""),
        ("└─$ ip a", None, "ip a"),
        ("PS C:\\> ip a", None, "ip a"),
        ("root@n1 /etc (main)> ip a", "n1", "ip a"),
        ("➜  ~ ip a", None, "ip a"),
        ("[admin@n1] > ip route", "n1", "ip route"),
        ("root@n1 in ~ λ ip a", "n1", "ip a"),
    ],
)
def test_prompts_of_themes_count_before_a_known_command(line: str, host: str | None, rest: str) -> None:
    """Of fish, zsh, PowerShell, routers, and those of two lines."""
    prompt = find_prompt(line)
    assert prompt is not None
    assert prompt.sure
    assert (prompt.host, prompt.rest) == (host, rest)


@pytest.mark.parametrize("line", ["remark # ip route", "default # ip a", "then > look", "see [n1] below"])
def test_a_sign_in_a_sentence_is_no_prompt(line: str) -> None:
    """Nor are a remark and a quotation."""
    prompt = find_prompt(line)
    assert prompt is None or not prompt.sure


def test_what_a_shell_would_act_on_is_a_name_within_quotes() -> None:
    """Redirections, pipes and several commands end at a quotation mark; an open one leaves the line whole."""
    (one,) = split_commands("ip netns exec 'a;>b|c' ip link show 2>/dev/null | grep -v lo")
    assert (one.place.name, one.words, one.filtered) == ("a;>b|c", ["ip", "link", "show"], True)
    assert [one.words for one in split_commands("ip -n 'a b' link; ip route")] == [["ip", "link"], ["ip", "route"]]
    assert len(split_commands("ip link; echo 'x")) == 1
