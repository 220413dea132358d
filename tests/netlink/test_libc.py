"""System calls that Python does not wrap."""

import errno
import os

import pytest

from podpath.netlink.libc import call


def test_a_call_returns_or_raises() -> None:
    """The kernel's error number becomes an OSError."""
    assert call("getpid") == os.getpid()
    with pytest.raises(OSError, match=r".") as caught:
        call("close", 1_000_000)
    assert caught.value.errno == errno.EBADF
