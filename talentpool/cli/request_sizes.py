"""How much of a request is taken in before anybody has looked at who sends it.

The server keeps a body on the disk before the application sees any of it. So the address says how large it may be,
and large ones have room together; what is too much is refused by its announced length. Whoever is not signed in has
room apart, so that made-up uploads keep no import waiting.
"""

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any
from weakref import WeakSet

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error, RequestEntityTooLarge

TOO_LARGE = "This is larger than may be sent here."
NO_ROOM = "Other large files are on their way; send this one again in some minutes."

Largest = Callable[[str, str], int]
IsKnown = Callable[[str], bool]


class NoRoomError(Error):  # type: ignore[misc]  # waitress says nothing of its types
    """Refuse for now."""

    code, reason = 503, "Service Unavailable"


class Room:
    """The large requests that are on their way or worked on, and how many bytes they may have together.

    `is_known` says by the cookies of a request whether somebody is signed in; all others share what `strangers` says.
    """

    def __init__(
        self, largest: Largest, is_known: IsKnown, *, small: int, together: int, strangers: int
    ) -> None:
        self.largest, self.is_known, self.small = largest, is_known, small
        self._most = {True: together, False: strangers}
        self._large: dict[bool, WeakSet[SizedParser]] = {True: WeakSet(), False: WeakSet()}

    def why_not(self, request: "SizedParser") -> Error | None:
        """Say why a request whose header is read is not taken in; notes it where it is, and is large."""
        if request.size > request.most:
            return RequestEntityTooLarge(TOO_LARGE)
        if request.size <= self.small:
            return None
        is_known = self.is_known(request.headers.get("COOKIE", ""))
        if sum(one.size for one in self._large[is_known]) + request.size > self._most[is_known]:
            return NoRoomError(NO_ROOM)
        self._large[is_known].add(request)
        return None

    def give_back(self, request: "SizedParser") -> None:
        """Let others have the room of a request that is done; one that was cut goes by itself."""
        for large in self._large.values():
            large.discard(request)


class SizedParser(HTTPRequestParser):  # type: ignore[misc]  # waitress says nothing of its types
    """Reads a request as ever, but no more of it than its address may have."""

    adj: Adjustments
    size = most = 0  # bytes of the body as announced, and as its address may have

    def __init__(self, room: Room, adj: Adjustments) -> None:
        super().__init__(adj)
        self.room = room

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header, and refuse by it what is too large."""
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        self.most = self.room.largest(self.command, self.path)
        self.size = self.most if self.chunked else self.content_length
        self.adj = copy(self.adj)
        self.adj.max_request_body_size = self.most + 1  # which is refused itself
        self.error = self.room.why_not(self)
        if self.error is not None:
            self.completed, self.expect_continue = True, False

    def close(self) -> None:
        """Drop what was kept of the body."""
        super().close()
        self.room.give_back(self)


def sized_channel(room: Room) -> type[Any]:
    """Give the class of connections whose requests share a room."""
    return type("SizedChannel", (HTTPChannel,), {"parser_class": partial(SizedParser, room)})
