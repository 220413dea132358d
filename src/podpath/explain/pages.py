"""Where the pages of a language are: English ones beside the code, others in a folder of their own."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def folder_of(language: str) -> Traversable:
    """Return the folder of a language's pages."""
    folder = files(__package__)
    return folder if language == "en" else folder.joinpath(language)
