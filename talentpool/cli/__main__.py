"""The same door for `python -m talentpool.cli`, which is how `up` starts its children."""

from talentpool.cli import main

main()
