"""`kubectl get -o yaml`."""

from podpath.readers.kubectl_yaml import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.kube import Pod
from podpath.state.policy import PodPort
from tests.readers.helper import complaints, read

LIST = """\
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web-0
    namespace: shop
    creationTimestamp: "2024-05-01T10:00:00Z"
  spec:
    hostNetwork: true
  status:
    podIP: 10.42.2.18
- apiVersion: v1
  kind: Pod
  metadata:
    name: web-1
    namespace: shop
kind: List
metadata:
  resourceVersion: ""
"""


def test_list() -> None:
    """Each object is at the line that it begins at."""
    assert read(READER, "kubectl get pods -A -o yaml", LIST) == [
        (
            2,
            Pod(
                "shop",
                "web-0",
                None,
                parse_ip("10.42.2.18"),
                host_network=True,
                labels="=",
                owner_kind="none",
                created=1714557600,
            ),
        ),
        (12, Pod("shop", "web-1", host_network=False, labels="=", owner_kind="none")),
    ]


def test_documents() -> None:
    """Documents one after another are read, too."""
    one = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: b\n"
    assert [row for _, row in read(READER, "", f"{one}---\n{one}")] == [
        Pod("b", "a", host_network=False, labels="=", owner_kind="none")
    ] * 2


def test_damage() -> None:
    """What stands before a line that is no YAML is read all the same."""
    assert complaints(READER, "", f"{LIST}  what: [is\n") != []
    kept = [row for _, row in read(READER, "", f"{LIST}]:\n") if isinstance(row, Pod)]
    assert [pod.name for pod in kept] == ["web-0", "web-1"]


def test_coverage() -> None:
    """The form is asked for by `-o yaml`."""
    assert READER.accepts(["kubectl", "get", "pods", "-A", "-o", "yaml"]) == (covers(Pod), covers(PodPort))
    assert READER.accepts(["kubectl", "get", "pods", "-A"]) is None
