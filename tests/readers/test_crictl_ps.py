"""Containers and pods as crictl prints them (cri-tools' documentation)."""

# ruff: noqa: E501 - tables as they are printed

from podpath.readers.crictl_ps import READER
from podpath.state.evidence import Complete
from podpath.state.runtime import Container, PodSandbox
from tests.readers.helper import complaints, rows

CONTAINERS = """\
CONTAINER           IMAGE               CREATED              STATE               NAME                ATTEMPT             POD ID              POD
93b10093a8263       bea2d277eb715       About a minute ago   Running             web                 185                 19d971fe5c478       web-7cd97c59ff-dwckz
e34ce05ade472       2c96c7c72cf99       9 days ago           Exited              guard               1                   c48cc19e5b0b1       etcd-guard-n1
"""
PODS = """\
POD ID              CREATED              STATE               NAME                         NAMESPACE           ATTEMPT             RUNTIME
926f1b5a1d33a       About a minute ago   Ready               sh-84d7dcf559-4r2gq          default             0                   (default)
4dccb216c4adb       2 days ago           NotReady            nginx-65899c769f-wv2gp       shop                0                   (default)
"""


def test_each_container_is_a_row_with_its_pod() -> None:
    """And its state."""
    assert rows(READER, "crictl ps -a", CONTAINERS) == [
        Container("93b10093a8263", "web", "bea2d277eb715", "running", pod="19d971fe5c478"),
        Container("e34ce05ade472", "guard", "2c96c7c72cf99", "exited", pod="c48cc19e5b0b1"),
    ]


def test_each_pod_is_a_row_with_its_namespace() -> None:
    """One that has ended is not ready."""
    assert rows(READER, "crictl pods", PODS) == [
        PodSandbox("926f1b5a1d33a", "sh-84d7dcf559-4r2gq", "default", state="ready"),
        PodSandbox("4dccb216c4adb", "nginx-65899c769f-wv2gp", "shop", state="notready"),
    ]


def test_only_all_containers_are_the_whole() -> None:
    """Without -a those that have ended are missing."""
    whole = [
        READER.accepts(command.split()) for command in ("crictl ps -a", "crictl pods", "crictl ps", "crictl ps -a --name web")
    ]
    assert [found[0].complete if found else None for found in whole] == [Complete.YES, Complete.YES, Complete.NO, Complete.NO]
    assert READER.accepts(["crictl", "images"]) is None


def test_a_row_without_headings_is_a_complaint() -> None:
    """Columns are told by them."""
    assert len(complaints(READER, "crictl ps", CONTAINERS.splitlines()[1])) == 1
