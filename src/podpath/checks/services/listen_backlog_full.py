"""A program accepts no new connections."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("logged",),
    sql="SELECT ns, port, often, row_kernel_message, confidence FROM logged WHERE event = 'listen-queue-full'",
)
