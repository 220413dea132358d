"""Words that can be a host's name."""

import pytest

from podpath.readers.host_words import is_address, looks_like_host, tells_host


@pytest.mark.parametrize("word", ["n1", "kube-master", "web.example.org", "alpha"])
def test_a_name_can_be_a_hosts(word: str) -> None:
    """With or without a domain."""
    assert looks_like_host(word)


@pytest.mark.parametrize("word", ["eth0", "flannel.1", "br-0123456789ab", "the", "via", "step1", "notes.txt", "1.2", "docker"])
def test_a_device_a_file_and_a_word_of_prose_are_no_hosts(word: str) -> None:
    """Whatever they look like."""
    assert not looks_like_host(word)


def test_a_number_or_a_role_tells_a_host() -> None:
    """A plain word may be anything."""
    assert tells_host("n1")
    assert tells_host("worker")
    assert tells_host("node-a")
    assert not tells_host("alpha")


def test_an_address_is_one_of_either_family() -> None:
    """And nothing else."""
    assert is_address("192.0.2.1")
    assert is_address("2001:db8::1")
    assert not is_address("192.0.2.300")
    assert not is_address("n1")
