"""Other names for those that people gave."""

import pytest

from podpath.snapshot.redaction.names import NameMap

KEY = b"a key of a test."


@pytest.mark.parametrize(
    "name", ["eth0", "docker0", "ens33", "enp0s31f6", "flannel.1", "vxlan.calico", "br0", "cni0", "lo", "tunl0"]
)
def test_names_that_programs_give_by_rule_stay(name: str) -> None:
    """They say nothing of anybody, and a reader knows by them what runs there; a bridge that somebody made is not among them."""
    assert (NameMap(KEY).name("dev", name) == name) is (name != "br0")


def test_a_hash_in_a_name_is_another_one() -> None:
    """Calico's interfaces are hashes of a pod's name, Docker's bridges begin a network's identifier: both lead back."""
    names = NameMap(KEY)
    made = names.name("dev", "cali72476272766")
    assert made.startswith("cali")
    assert len(made) == len("cali72476272766")
    assert made != "cali72476272766"
    assert NameMap(b"another key").name("dev", "cali72476272766") != made


def test_an_identifier_is_the_same_short_and_long() -> None:
    """Tools print the first twelve digits, or all."""
    names, long = NameMap(KEY), "0123456789ab" + "c" * 52
    assert names.name("id", long)[:12] == names.name("id", long[:12])
    assert names.name("network", f"container:{long}") == f"container:{names.name('id', long)}"


def test_a_pod_is_found_by_its_namespace_and_name() -> None:
    """Tables name a pod in two columns or in one; joins between them hold."""
    names = NameMap(KEY)
    assert names.name("space", "shop/web") == f"{names.name('namespace', 'shop')}/{names.name('space', 'web')}"


def test_different_names_get_different_ones() -> None:
    """Two names that became one would merge what is apart."""
    names = NameMap(KEY)
    made = [names.name("dev", f"secret{n}") for n in range(50)] + [names.name("space", f"web-{n}") for n in range(50)]
    assert len(set(made)) == 100
    assert names.counts["space"] == 50
