"""What the tests of commands share."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.collect.kube.fake import make


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - a function of answers
    """Return what puts a cluster's answers on PATH."""
    path = os.environ["PATH"]
    return lambda *said: monkeypatch.setenv("PATH", f"{make(tmp_path / 'bin', *said)}:{path}")
