"""The words by which people ask to be left alone, read from `config/stop_requests.toml`."""

import tomllib
from pathlib import Path

from talentpool.outreach.incoming import StopWords, make_stop_words


def load_stop_words(config_folder: Path) -> StopWords:
    """Read the shipped words."""
    words = tomllib.loads((config_folder / "stop_requests.toml").read_text(encoding="utf-8"))
    return make_stop_words(words["lines"], words["phrases"])
