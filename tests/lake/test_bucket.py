"""A lake in an object store: moto answers as Amazon S3 does."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from podpath.cli.main import main
from podpath.lake.place import open_lake

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore")]
SAMPLE = str(Path(__file__).parents[2] / "samples" / "three-node-canal")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of a lake in a bucket of a server on the loopback device."""
    pytest.importorskip("obstore")
    boto3 = pytest.importorskip("boto3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name in [name for name in os.environ if name.startswith("AWS_") or re.fullmatch("https?_proxy", name, re.IGNORECASE)]:
        monkeypatch.delenv(name)
    for name, value in (
        ("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("REGION", "us-east-1"), ("DEFAULT_REGION", "us-east-1"),
        ("ENDPOINT_URL", f"http://{host}:{port}"), ("ALLOW_HTTP", "true"),
    ):  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket="podpath")
    yield "s3://podpath/lake"
    server.stop()


@pytest.mark.long
def test_an_object_store_is_a_lake_as_a_folder_is(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nodes are pushed, a day is compacted, and each time the cluster is judged alike."""
    main(["check", SAMPLE])
    wanted = capsys.readouterr().out
    for _ in range(2):
        assert main(["collect", "-o", bucket, "--cluster", "prod", SAMPLE]) == 0
    assert "there already" in capsys.readouterr().err
    assert main(["lake", "list", bucket]) == 0
    assert capsys.readouterr().out.endswith("3 captures\n")
    main(["check", bucket])
    assert capsys.readouterr().out == wanted
    assert main(["lake", "compact", bucket]) == 0
    assert "3 nodes, 35 objects are 13 now" in capsys.readouterr().err
    main(["check", bucket])
    assert capsys.readouterr().out == wanted
    assert main(["check", bucket, "--mesh", "--workers", "1"]) == 0
    lake = open_lake(bucket)
    assert len(list(lake.objects(""))) == 14  # what was joined, and the result
    lake.delete(item.name for item in list(lake.objects("")))
    assert list(lake.objects("")) == []
    lake.close()
    capsys.readouterr()


def test_a_bucket_that_does_not_exist_is_said(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With its address."""
    assert bucket.startswith("s3://")
    assert main(["check", "s3://no-such-bucket/lake"]) == 2
    assert "s3://no-such-bucket/lake: cannot be listed" in capsys.readouterr().err
