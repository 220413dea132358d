"""The mask of new files, which threads share."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from podpath.snapshot.umask import private_files


def test_a_file_is_its_owners_alone_and_the_mask_is_back(tmp_path: Path) -> None:
    """Also where one wish is inside another."""
    before = os.umask(0o022)
    try:
        with private_files(), private_files():
            (tmp_path / "inside").touch()
        (tmp_path / "behind").touch()
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("inside", "behind")] == [0o600, 0o644]


def test_threads_at_once_leave_the_mask_as_it_was() -> None:
    """One thread that ends between another's beginning and end would keep the other's mask."""
    before, together = os.umask(0o022), Barrier(4)

    def wish() -> None:
        together.wait()
        for _ in range(100):
            with private_files():
                pass

    try:
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(wish) for _ in range(4)]:
                done.result()
        left = os.umask(0o022)
    finally:
        os.umask(before)
    assert left == 0o022
