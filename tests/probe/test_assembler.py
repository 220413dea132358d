"""The assembler: the words are those of RFC 9669."""

import sys

import pytest

from podpath.probe.assembler import Assembler, Helper, Op, Reg, When

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="the words are written for little-endian machines")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Assembler().do(Op.MOV, Reg.R1, Reg.R6), "bf61000000000000"),
        (Assembler().do(Op.MOV, Reg.R0, 0), "b700000000000000"),
        (Assembler().do(Op.ADD, Reg.R1, -8), "07010000f8ffffff"),
        (Assembler().do(Op.SUB, Reg.R1, 0xFFFFFFF0, narrow=True), "14010000f0ffffff"),
        (Assembler().load(8, Reg.R7, Reg.R6, 16), "7967100000000000"),
        (Assembler().load(1, Reg.R1, Reg.FP, -72), "71a1b8ff00000000"),
        (Assembler().store(4, Reg.FP, -8, Reg.R2), "632af8ff00000000"),
        (Assembler().store(2, Reg.FP, -8, 5), "6a0af8ff05000000"),
        (Assembler().from_network(Reg.R1, 16), "dc01000010000000"),
        (Assembler().constant(Reg.R2, 0x1122334455667788), "18020000887766550000000044332211"),
        (Assembler().map(Reg.R1, 7), "18110000070000000000000000000000"),
        (Assembler().map_value(Reg.R1, 7), "18210000070000000000000000000000"),
        (Assembler().add_atomically(Reg.R1, Reg.R2), "db21000000000000"),
        (Assembler().call(Helper.RINGBUF_OUTPUT), "8500000082000000"),
        (Assembler().exit(), "9500000000000000"),
    ],
)
def test_each_instruction_has_its_word(made: Assembler, words: str) -> None:
    """As a disassembler reads it."""
    assert made.code().hex() == words


def test_jumps_lead_to_their_labels() -> None:
    """Forward and back; a number of 64 bits counts as two instructions."""
    asm = Assembler().label("start").jump(When.EQ, Reg.R1, 6, "end").constant(Reg.R2, 1).goto("start").label("end").exit()
    assert asm.code()[:8].hex() == "1501030006000000"
    assert asm.code()[24:32].hex() == "0500fcff00000000"


def test_a_label_has_one_place() -> None:
    """A second one of the same name, and a jump to none, are mistakes of whoever writes a program."""
    with pytest.raises(ValueError, match="twice"):
        Assembler().label("a").label("a")
    with pytest.raises(KeyError):
        Assembler().goto("a").code()
