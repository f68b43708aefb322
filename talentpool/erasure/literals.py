"""Looks for many short strings in bytes at once, in about the time that looking for ten of them one by one takes.

At each place the next four bytes are hashed to sixteen bits and looked up in a table of those that begin a string; the
few places that are left are compared. That is the first half of the algorithm of Wu and Manber (1994), without its skips.
"""

from collections.abc import Iterable

import numpy as np

BLOCK = 4  # bytes by which the begin of a string is recognised
_MIX, _SHIFT = (
    np.uint32(2654435761),
    np.uint32(16),
)  # Knuth's multiplicative hash (TAOCP 3, 6.4), the upper 16 bits


class Literals:
    """A set of strings of bytes that are looked for together."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        self._by_begin: dict[int, list[bytes]] = {}
        self._short: list[bytes] = []
        for string in dict.fromkeys(strings):
            if len(string) < BLOCK:
                self._short.append(string)
            else:
                begin = int.from_bytes(string[:BLOCK], "little")
                self._by_begin.setdefault(begin, []).append(string)
        self._begins = np.array(sorted(self._by_begin), dtype=np.uint32)
        self._may_begin = np.zeros(1 << 16, dtype=bool)
        self._may_begin[(self._begins * _MIX) >> _SHIFT] = True

    def present(self, raw: bytes) -> set[bytes]:
        """Give which of the strings stand somewhere in these bytes.

        >>> sorted(Literals([b"ana", b"ruizdottir", b"nobody"]).present(b"write to ana ruizdottir"))
        [b'ana', b'ruizdottir']
        """
        found = {string for string in self._short if string in raw}
        for offset in range(BLOCK if self._by_begin and len(raw) >= BLOCK else 0):
            self._look(raw, offset, found)
        return found

    def _look(self, raw: bytes, offset: int, found: set[bytes]) -> None:
        """Look at every fourth place from an offset on."""
        count = (len(raw) - offset) // BLOCK
        blocks = np.frombuffer(raw, dtype="<u4", offset=offset, count=count) if count else self._begins[:0]
        places = np.flatnonzero(self._may_begin[(blocks * _MIX) >> _SHIFT])
        begins = blocks[places]
        is_one = np.isin(begins, self._begins)
        for place, begin in zip(
            (places[is_one] * BLOCK + offset).tolist(), begins[is_one].tolist(), strict=True
        ):
            found.update(string for string in self._by_begin[begin] if raw.startswith(string, place))
