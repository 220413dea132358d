"""Namespaces get the names of their containers."""

from pathlib import Path

from podpath.collect.files import lines_of, text_files
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store

SAMPLE = Path(__file__).parents[2] / "samples" / "docker-bridge"


def test_a_file_named_after_a_container_is_taken_for_its_namespace() -> None:
    """The Docker sample is one host with one container, and says that this is inferred."""
    with Store() as store:
        for text in text_files(str(SAMPLE)):
            load_text(store, text.name, text.node, text.address, lines_of(text))
        merge(store)
        link_up(store)
        assert store.raw("SELECT name FROM node") == [("host",)]
        rows = store.raw("SELECT kind, name, inferred IS NOT NULL FROM netns ORDER BY kind")
        assert rows == [("container", "busybox", True), ("host", None, False)]


def test_a_host_that_is_called_like_a_container_stays_a_host() -> None:
    """It has bridges, which no container's file shows here."""
    one = "$ dockerveth\nCONTAINER ID\tVETH\tNAMES\n2c54348455eb\tvethd030a3f\tweb\n"
    two = "$ brctl show\nbridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.02422990970c\tno\t\teth0\n"
    with Store() as store:
        load_text(store, "a.txt", "a", None, one.splitlines())
        load_text(store, "web.txt", "web", None, two.splitlines())
        merge(store)
        link_up(store)
        assert store.raw("SELECT name FROM node ORDER BY name") == [("a",), ("web",)]
