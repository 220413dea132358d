"""Files that xz packed (the .xz file format, tukaani.org): how one is known, and what it may take to unpack one."""

from typing import Final

MAGIC: Final = b"\xfd7zXZ\x00"
"""First bytes of such a file."""
MEMORY: Final = 128 << 20
"""Memory in bytes that unpacking may take: more than ``xz -9`` asks for."""
