"""Ansible's inventories; the examples follow those of its documentation."""

import pytest

from podpath.collect.files import InputError
from podpath.collect.ssh.host import Host
from podpath.collect.ssh.inventory import from_ini, from_yaml, looks_like_ini
from podpath.state.address import parse_ip

INI = """\
# a comment
mail.example.com ansible_port=5522 ansible_host=192.0.2.50

[workers]
n[01:03].example.com
jump.example.com:5309
local ansible_connection=local

[workers:vars]
ansible_user = worker
ansible_ssh_common_args='-o ProxyJump=bastion'

[masters]
m-[a:b] ansible_user=master ansible_become=yes ansible_ssh_private_key_file=~/.ssh/m

[cluster:children]
workers
masters

[cluster:vars]
ansible_user=cluster
"""
YAML = """\
all:
  vars:
    ansible_user: everyone
  children:
    workers:
      hosts:
        n[1:2]:
        n9:
          ansible_host: 192.0.2.9
          ansible_port: 2222
      vars:
        ansible_user: worker
    masters:
      hosts:
        m1: {ansible_become: true}
"""


def test_ini_with_groups_ranges_and_variables() -> None:
    """The variables of a child win over its parent's, a host's own over both; what is not reached by ssh is left out."""
    jump = ("-o", "ProxyJump=bastion")
    workers = [
        Host(f"n{number}.example.com", f"n{number}.example.com", "worker", None, None, jump) for number in ("01", "02", "03")
    ]
    key = ("-i", "~/.ssh/m")
    assert sorted(from_ini(INI, "inventory")) == sorted(
        [
            Host("mail.example.com", "192.0.2.50", None, 5522, parse_ip("192.0.2.50")),
            *workers,
            Host("jump.example.com", "jump.example.com", "worker", 5309, None, jump),
            Host("m-a", "m-a", "master", None, None, key, sudo=True),
            Host("m-b", "m-b", "master", None, None, key, sudo=True),
        ]
    )


def test_yaml_with_children() -> None:
    """The same in the other form."""
    assert sorted(from_yaml(YAML, "inventory.yaml")) == sorted(
        [
            Host("n1", "n1", "worker"),
            Host("n2", "n2", "worker"),
            Host("n9", "192.0.2.9", "worker", 2222, parse_ip("192.0.2.9")),
            Host("m1", "m1", "everyone", sudo=True),
        ]
    )


def test_groups_in_a_circle_end() -> None:
    """Whoever wrote it."""
    assert [host.name for host in from_ini("[a]\nn1\n[a:children]\nb\n[b:children]\na\n[c:children]\na\n", "x")] == ["n1"]


@pytest.mark.parametrize(
    ("text", "word"),
    [("[a]\nn[1:x]\n", "x:2: "), ("[a:vars]\nuser\n", "NAME=VALUE"), ("[a]\n", "no host"), ("[a]\nn1 'x\n", "x:2: ")],
)
def test_what_is_wrong_in_ini_is_told(text: str, word: str) -> None:
    """With the line."""
    with pytest.raises(InputError, match=word):
        from_ini(text, "x")


@pytest.mark.parametrize("text", ["- n1\n", "a: [\n", "a:\n  host: {}\n", "a:\n  hosts: [n1]\n"])
def test_what_is_wrong_in_yaml_is_told(text: str) -> None:
    """Not a traceback."""
    with pytest.raises(InputError, match=r"^x\.yaml: "):
        from_yaml(text, "x.yaml")


def test_a_plain_list_is_none() -> None:
    """Nor is one with an address in brackets."""
    assert not looks_like_ini("n1\nroot@n2\n[fd00::1]:22\n# [a]\n")
    assert looks_like_ini("n1 ansible_host=10.0.0.1\n")


def test_ranges_do_not_multiply_without_end() -> None:
    """Three of a hundred thousand each are more hosts than there are grains of sand in a bucket."""
    with pytest.raises(InputError, match="more than 100000 hosts"):
        from_ini("[all]\nn[00000:99999].x[00000:99999].y[00000:99999]\n", "inv")
    with pytest.raises(InputError, match="is not a range"):
        from_ini(f"[all]\nn[0:{'9' * 5000}]\n", "inv")
