"""The command line of ssh."""

import subprocess

import pytest

from podpath.collect.files import InputError
from podpath.collect.ssh.host import Host
from podpath.collect.ssh.settings import Settings, checked_options, command
from tests.engines import need


def effective(words: list[str]) -> dict[str, str]:
    """Return what OpenSSH itself makes of a command line (``ssh -G``)."""
    need("ssh")
    done = subprocess.run([words[0], "-F", "/dev/null", "-G", *words[1:]], capture_output=True, text=True, check=True, timeout=10)
    return dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        (Settings(), Host("n1", "n1"), {"batchmode": "yes", "stricthostkeychecking": "true", "clearallforwardings": "yes"}),
        (Settings(user="a"), Host("n1", "10.0.0.1", "b", 2222), {"user": "b", "port": "2222", "hostname": "10.0.0.1"}),
        (Settings(user="a"), Host("n1", "n1"), {"user": "a"}),
        (Settings(ask=True), Host("n1", "n1"), {"batchmode": "no", "stricthostkeychecking": "ask"}),
        (Settings(options=("StrictHostKeyChecking=accept-new",)), Host("n1", "n1"), {"stricthostkeychecking": "accept-new"}),
        (Settings(), Host("n1", "n1", options=("-o", "StrictHostKeyChecking=no", "-o", "BatchMode=no", "-o", "ConnectTimeout=7")),
         {"batchmode": "yes", "stricthostkeychecking": "true", "connecttimeout": "7"}),
    ],
)  # fmt: skip
def test_what_ssh_makes_of_it(settings: Settings, host: Host, expected: dict[str, str]) -> None:
    """No prompt, host keys checked, whatever an inventory says; the words of the person win."""
    found = effective(command(host, settings))
    assert {name: found[name] for name in expected} == expected


def test_the_shell_is_the_only_thing_that_runs() -> None:
    """By sudo that never asks, where it is wanted."""
    assert command(Host("n1", "n1"), Settings())[-3:] == ["--", "n1", "exec sh -s"]
    assert command(Host("n1", "n1", sudo=True), Settings())[-1] == "exec sudo -n -- sh -s"


@pytest.mark.parametrize(
    "option",
    [
        "StrictHostKeyChecking=no",
        "stricthostkeychecking off",
        'StrictHostKeyChecking="no"',
        "stricthostkeychecking = no",
        "StrictHostKeyChecking  =  off",
        "\tStrictHostKeyChecking\tno",
        "StrictHostKeyChecking=no # yes",
        "UserKnownHostsFile=/dev/null",
        "UserKnownHostsFile /dev/null",
        "ForwardAgent=yes",
        "forwardx11 yes",
        "LocalCommand=id",
        "PermitLocalCommand = yes",
        "RemoteForward=1 a:1",
        "Tunnel yes",
        "ProxyJump",
        "-v=1",
        "a=b\nForwardAgent=yes",
    ],
)
def test_host_keys_stay_checked(option: str) -> None:
    """No option of ours switches that off; and a word that is no option is none."""
    with pytest.raises(InputError, match="--ssh-option"):
        checked_options([option])
    assert checked_options(["ProxyJump=b", "ConnectTimeout 3"]) == ("ProxyJump=b", "ConnectTimeout=3")


@pytest.mark.parametrize("options", [(), ("-A", "-X"), ("-o", "ForwardAgent=yes"), ("-Y", "-A", "-o", "PermitLocalCommand=yes")])
def test_nothing_is_forwarded_to_a_node(options: tuple[str, ...]) -> None:
    """Neither the agent, which a hostile node would use, nor a display, a port or a tunnel, whatever an inventory says."""
    found = effective(
        command(Host("n1", "n1", options=options), Settings(options=checked_options(['StrictHostKeyChecking = "yes"'])))
    )
    names = ("forwardagent", "forwardx11", "permitlocalcommand", "gssapidelegatecredentials")
    assert {found[name] for name in names} == {"no"}
    assert (found["tunnel"], found["clearallforwardings"], found["stricthostkeychecking"]) == ("false", "yes", "true")
