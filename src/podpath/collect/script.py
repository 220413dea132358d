"""The shell script for nodes without Python: what it prints, the readers read."""

from importlib.resources import files


def script() -> str:
    """Return the script (POSIX sh, iproute2 or busybox); its output is a transcript."""
    return files("podpath.collect").joinpath("script.sh").read_text(encoding="utf-8")
