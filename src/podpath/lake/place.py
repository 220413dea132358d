"""Where a lake is: a folder, or a bucket of an object store. Both hold objects by name, with slashes."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from podpath.snapshot import leftovers
from podpath.snapshot.whole_file import written

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES: Final = ("s3://", "gs://", "az://", "abfs://")
_AT_ONCE: Final = 16
_PATIENCE: Final = timedelta(seconds=30)
MARKED: Final = "push"
"""The folder whose objects say which captures are complete: what makes a folder a lake."""


class LakeError(Exception):
    """A lake that cannot be read or written, with what to do about it."""


class LakeObject(NamedTuple):
    """An object of a lake.

    Attributes:
        name: its name, with slashes.
        size: number of its bytes.
    """

    name: str
    size: int


class Lake(Protocol):
    """What holds a lake.

    Attributes:
        url: how a person names it.
    """

    url: str

    def objects(self, prefix: str) -> Iterator[LakeObject]:
        """Yield the objects below a prefix, which ends in a slash; unfinished ones are not among them."""

    def put(self, name: str, file: Path) -> None:
        """Write an object, whole or not at all."""

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects; those that are gone are no error."""

    def local(self, names: Iterable[str]) -> dict[str, Path]:
        """Return files with the content of objects; one that does not exist has none."""

    def close(self) -> None:
        """Remove what was fetched."""


def is_url(text: str) -> bool:
    """Say whether an argument names an object store."""
    return text.startswith(SCHEMES)


def is_lake(text: str) -> bool:
    """Say whether an argument names a lake: an object store, or a folder with captures."""
    return is_url(text) or any((Path(text) / MARKED).glob("cluster=*"))


def open_lake(text: str) -> Lake:
    """Return the lake that an argument names.

    Raises:
        LakeError: it is no folder, or what speaks to object stores is not installed.
    """
    return _bucket(text) if is_url(text) else LakeFolder(text)


class LakeFolder:
    """A lake in a folder.

    Args:
        url: path of the folder; it is made when something is written.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._root = Path(url)
        if self._root.exists() and not self._root.is_dir():
            raise LakeError(f"{url}: not a directory")

    def objects(self, prefix: str) -> Iterator[LakeObject]:
        """Yield the objects below a prefix."""
        root = os.fspath(self._root)
        for folder, _, files in os.walk(os.path.join(root, prefix)):  # noqa: PTH118 - a hundred thousand files
            inside = os.path.relpath(folder, root)
            for file in files:
                if not file.startswith("."):
                    with suppress(FileNotFoundError):  # it was replaced meanwhile
                        yield LakeObject(f"{inside}/{file}", os.stat(os.path.join(folder, file)).st_size)  # noqa: PTH116, PTH118

    def put(self, name: str, file: Path) -> None:
        """Write an object, whole or not at all."""
        target = self._root / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with written(target) as out:
                out.write(file.read_bytes())
        except OSError as error:
            raise LakeError(f"{target}: {error.strerror or error}") from None

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects, and the folders that are empty then."""
        for name in names:
            path = self._root / name
            with suppress(
                OSError
            ):  # another one removed it, or may write there; what is left is removed when the lake is compacted
                path.unlink()
                for folder in list(path.parents)[: name.count("/")]:
                    folder.rmdir()

    def local(self, names: Iterable[str]) -> dict[str, Path]:
        """Return the files themselves."""
        return {name: path for name in names if (path := self._root / name).is_file()}

    def close(self) -> None:
        """Nothing was fetched."""


def _bucket(url: str) -> "LakeBucket":
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError:
        raise LakeError(f"{url}: object stores need obstore: pip install 'podpath[fleet]'") from None
    try:
        return LakeBucket(url, from_url(url))
    except (BaseError, ValueError) as error:
        raise LakeError(f"{url}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


class LakeBucket:
    """A lake in an object store; credentials come from the environment, as for the tools of that store.

    Args:
        url: ``s3://BUCKET/PREFIX`` or the like.
        store: what speaks to it.
    """

    def __init__(self, url: str, store: "ObjectStore") -> None:
        self.url = url
        self._store = store
        self._folder = leftovers.temporary()

    def objects(self, prefix: str) -> Iterator[LakeObject]:
        """Yield the objects below a prefix."""
        from obstore.exceptions import BaseError

        try:
            for page in self._store.list(prefix.rstrip("/") or None):
                for item in page:
                    yield LakeObject(str(item["path"]), int(item["size"]))
        except BaseError as error:
            raise LakeError(f"{self.url}: cannot be listed: {_first_line(error)}") from None

    def put(self, name: str, file: Path) -> None:
        """Write an object; an object store shows it once all of it is there."""
        from obstore.exceptions import BaseError

        try:
            self._store.put(name, file.read_bytes())
        except BaseError as error:
            raise LakeError(f"{self.url}: {name} cannot be written: {_first_line(error)}") from None

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects."""
        from obstore.exceptions import BaseError

        for name in names:
            with suppress(BaseError, FileNotFoundError):  # it is gone, or whoever asks may only write
                self._store.delete(name)

    def local(self, names: Iterable[str]) -> dict[str, Path]:
        """Fetch objects, several at a time."""
        from concurrent.futures import ThreadPoolExecutor

        leftovers.make(self._folder)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            fetched = pool.map(self._fetched, names)
            return {name: path for name, path in fetched if path is not None}

    def _fetched(self, name: str) -> tuple[str, Path | None]:
        from obstore.exceptions import BaseError

        path = self._folder / name
        if not path.exists():
            try:
                content = self._store.get(name).bytes()
            except FileNotFoundError:
                return name, None
            except BaseError as error:
                raise LakeError(f"{self.url}: {name} cannot be read: {_first_line(error)}") from None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(memoryview(content))
        return name, path

    def close(self) -> None:
        """Remove what was fetched."""
        leftovers.remove(self._folder)
