"""Quality of the shipped ranker on labelled folders: `python tests/benchmarks/matching_quality.py FOLDER...`.

Each folder is judged as it is, without feedback, and with its roles cut down to the title and the five heaviest
single words, which is how recruiters type. Prints nDCG@10 and MAP.
"""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from talentpool.matching.artifact import build_index, open_index
from talentpool.matching.brief import Brief
from talentpool.matching.documents import PoolDocument
from talentpool.matching.evaluation import evaluate, load_labelled
from talentpool.matching.role import own_terms
from talentpool.matching.settings import MatchingSettings, load_matching_settings

CONFIG = Path(__file__).resolve().parents[2] / "config"
SHORT_ROLE_WORDS = 5


def write_short_roles(folder: Path, target: Path, settings: MatchingSettings) -> None:
    """Write the folder again with every role cut down to its title and its five heaviest words."""
    data = load_labelled(folder)
    documents = [PoolDocument(candidate_id=n, text=text) for n, text in enumerate(data.texts.values())]
    build_index(target / "index", documents, settings, position="short")
    index = open_index(target / "index", settings)

    def cut(brief: Brief) -> str:
        terms = [
            term for term in own_terms(index, brief, settings) if term.kind == "text" and not term.is_pair
        ]
        known = [term for term in terms if term.rarity < max(term.rarity for term in terms)]
        heaviest = sorted(known, key=lambda term: (-term.own_weight, term.label))
        return ", ".join(term.label for term in heaviest[:SHORT_ROLE_WORDS])

    rows = [{"id": name, "title": brief.title, "text": cut(brief)} for name, brief in data.briefs.items()]
    (target / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    for name in ("docs.jsonl", "qrels.tsv"):
        (target / name).write_bytes((folder / name).read_bytes())


def main() -> None:
    """Judge every folder given."""
    settings = load_matching_settings(CONFIG)
    plain = replace(settings, feedback=replace(settings.feedback, weight=0.0))
    for folder in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as place:
            write_short_roles(folder, Path(place), settings)
            for name, where, told in (
                ("shipped", folder, settings),
                ("without feedback", folder, plain),
                ("short roles", Path(place), settings),
            ):
                mean = evaluate(where, told).mean
                sys.stdout.write(
                    f"{folder.name:16} {name:18} {mean.ndcg_10:.3f} / {mean.average_precision:.3f}\n"
                )


if __name__ == "__main__":
    main()
