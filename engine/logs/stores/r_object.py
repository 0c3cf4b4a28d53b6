"""Parses an object of R, whose lengths are looked at before memory is reserved for them.

The package “rdata” (1.1.0) makes lists and sequences of any length that a file tells: a damaged one of a few hundred
bytes took all memory.
"""

from __future__ import annotations

from typing import Any

from engine.i18n import _

_DATA_STARTS = (b"RDX2\n", b"RDX3\n")  # of save; saveRDS has none
_XDR = b"X\n"
_ITEM_BYTES = 4  # of the shortest item
MOST_NUMBERS = 1 << 25  # of a sequence that is told by its ends


def parse(data: bytes) -> Any:
    """What rdata's conversion takes.

    Raises
    ------
    ValueError
        If a length is larger than it can be.
    ImportError
        Without the package.
    """
    from rdata.parser import DEFAULT_ALTREP_MAP
    from rdata.parser._xdr import ParserXDR

    class Parser(ParserXDR):
        """Bounds the parts of compiled code that are told to come again."""

        def _parse_bytecode(self, references: Any, again: Any = None) -> Any:
            if again is None:
                at = self.file.tell()
                _expect(self.parse_int(), len(data) // _ITEM_BYTES)
                self.file.seek(at)
            return super()._parse_bytecode(references, again)

    def bounded(expand: Any) -> Any:
        def expanded(state: Any) -> Any:
            _expect(state.value[0], MOST_NUMBERS)
            return expand(state)

        return expanded

    sequences = {name: bounded(expand) for name, expand in DEFAULT_ALTREP_MAP.items() if name.startswith(b"compact_")}
    start = next((len(start) for start in _DATA_STARTS if data.startswith(start)), 0) + len(_XDR)
    parser = Parser(
        memoryview(data)[start:], expand_altrep=True, altrep_constructor_dict={**DEFAULT_ALTREP_MAP, **sequences}
    )
    found = parser.parse_all()
    parser.check_complete()
    return found


def _expect(count: float, most: int) -> None:
    if not 0 <= count <= most:
        raise ValueError(_("its lengths do not add up"))
