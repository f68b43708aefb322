"""How much one file may cost. The figures are those a real resume never comes near."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What reading one file may take; whatever goes past ends with a status that says so."""

    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    memory_bytes: int = 512 * MEBIBYTE
    file_bytes: int = 20 * MEBIBYTE
    unpacked_bytes: int = 64 * MEBIBYTE
    unpacked_ratio: int = 50
    small_bytes: int = 4 * MEBIBYTE  # below this, a high ratio is only a very regular document
    members: int = 2_000
    pages: int = 200
    characters: int = 1_000_000
    ocr_pages: int = 10
    ocr_page_seconds: float = 30.0


USUAL_LIMITS = Limits()
