"""Words as recruiters write them, in one table: what a text gives as terms, and what it must not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.evidence import mentions
from talentpool.matching.located import located_terms, located_words
from talentpool.matching.postings import analyse
from talentpool.matching.text import pair_hash, pair_hashes, words_of
from tests.unit.matching.builders import SETTINGS

RULES = SETTINGS.text


def labels(text: str) -> set[str]:
    """Name the terms of a text."""
    return {term.label for term in analyse([text], RULES).labelled()}


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        # names with signs
        ("Wrote C++ daily", "c++"),
        ("c++11 and C++17", "c++"),
        ("C/C++", "c, c++"),
        ("C# and F#", "c#, f#"),
        ("C#/.NET", "c#, .net"),
        ("the .NET framework", ".net"),
        ("ASP.NET MVC", "asp.net"),
        ("VB.NET", "visual basic"),
        ("Node.js, node.js and NodeJS", "node.js"),
        ("Vue.js or Vue", "vue.js"),
        ("Objective-C", "objective-c"),
        ("R, SAS", "r"),
        ("C", "c"),
        ("CI/CD pipelines", "ci/cd"),
        ("T-SQL", "t-sql"),
        ("T\u2011SQL with the hyphen of a word processor", "t-sql"),
        ("PL/SQL", "pl/sql"),
        ("TCP/IP", "tcp/ip"),
        ("SAP S/4HANA", "sap hana, sap"),
        ("R&D", "research and development"),
        ("R & D", "research and development"),
        ("P & L", "profit and loss"),
        ("Q&A", "q&a"),
        ("A/B testing", "a/b testing"),
        ("ISO 9001:2015", "iso 9001"),
        ("Office 365 2010 - 2014", "office 365"),
        ("Ph.D.", "doctor of philosophy"),
        ("B.Sc.", "bachelor of science"),
        ("U.S. law", "u.s"),
        ("C-level", "c-level"),
        # one thing by several wordings
        ("k8s", "kubernetes"),
        ("JS", "javascript"),
        ("Java Script", "javascript"),
        ("ML", "machine learning"),
        ("machine learning", "machine learning"),
        ("Machine-Learning", "machine learning"),
        ("e-mail marketing", "email marketing"),
        ("front-end", "front end"),
        ("frontend", "front end"),
        ("front end", "front end"),
        ("e-commerce", "e-commerce"),
        ("AWS", "amazon web services"),
        ("Amazon Web Services", "amazon web services"),
        ("commercial driver’s license", "commercial driver's license"),  # noqa: RUF001
        ("a master's degree", "master degree"),
        ("a Master’s degree", "master degree"),  # noqa: RUF001
        # go is a language where it stands like one
        ("Go", "go"),
        ("Python, Go, SQL", "go"),
        ("Go developer", "go"),
        ("senior go developer", "go"),
        ("moved services from Ruby to Go", "go"),
        ("golang", "go"),
        # letters of the world
        ("naïve café", "naive, cafe"),
        ("cafe\u0301", "cafe"),
        ("MÉCANICIEN", "mecanicien"),
        ("Straßenbau STRASSENBAU", "strassenbau"),
        ("Łódź", "lodz"),
        ("œuvre", "oeuvre"),
        ("İstanbul", "istanbul"),
        ("yazılım", "yazilim"),
        ("Москва", "москва"),
        ("Ωμέγα", "ωμεγα"),
        ("ΟΔΟΣ", "οδοσ"),
        ("مُهندس برمجيات", "مهندس"),
        ("מְהַנְדֵּס תוכנה", "מהנדס, תוכנה"),
        ("प्रबंधक", "प्रबंधक"),
        ("機械学習", "機械, 械学, 学習"),
        ("日本語・英語", "日本, 本語, 英語"),
        ("소프트웨어 개발자", "소프, 개발, 발자"),
        ("วิศวกร", "วิ, ศว"),
        ("👩\u200d💻 Python 🚀", "python"),
        # one character by another
        ("ＳＱＬ", "sql"),
        ("Ｃ＃", "c#"),
        ("e\ufb03cient \ufb01nance", "efficient, finance"),
        ("soft\u00adware", "software"),
        ("m²", "m2"),
        # lines
        ("develop-\nment", "development"),
        ("develop-\r\n  ment", "development"),
        ("cross-\nfunctional", "cross functional"),
        ("cost-\nbased", "cost based"),
        ("Software-\nEntwickler", "software entwickler"),
        ("plans.Follow up", "follow"),
        ("o'brien", "brien"),
        # beside an address
        ("a.b@web.de, Node.js/Express", "node.js, express"),
        ("ASP.NET/C#, mail a@b.org", "asp.net, c#"),
        ("Salesforce.com", "salesforce"),
    ],
)
def test_words_are_met_as_recruiters_write_them(written: str, terms: str) -> None:
    assert set(terms.split(", ")) <= labels(written)


@pytest.mark.parametrize(
    ("written", "no_terms"),
    [
        ("googled it with Django", "go"),
        ("ready to go live", "go"),
        ("we go beyond", "go"),
        ("Go-to-market and go-live plans", "go"),
        ("coffee to go", "go"),
        ("on the Go", "go"),
        ("JavaScript", "java"),
        ("Java Script", "java, script"),
        ("Java", "javascript"),
        ("C++", "c"),
        ("C#", "c"),
        ("R&D", "r, d"),
        ("R & D", "r, d"),
        ("T-SQL", "t, sql"),
        ("C-level", "c, level"),
        ("the and of with", "the, and, of, with"),
        ("in 2019", "2019"),
        ("LLM", "master of laws"),
        ("EMR", "electronic medical records"),
        ("Sen. Smith", "special educational needs and disability"),
        ("PR", "public relations"),
        ("it was", "information technology"),
        ("reach me at kafka@spark.org", "kafka, spark, org"),
        ("reach me at kafka @ spark.org", "kafka, spark"),
        ("see https://python.org/rust", "python, rust, https"),
        ("www.hadoop.io", "hadoop, www"),
        ("linkedin.com/in/hadoop", "hadoop, linkedin, in"),
        ("github.io/scala and hive.de", "scala, hive, de"),
        ("redis.co.uk", "redis, co, uk"),
        ("+49 170 1234567", "49, 170, 1234567"),
        ("(555) 123-4567x890", "555, 4567x890"),
        ("в и с", "в, и, с"),
        ("soft\u00adware", "soft, ware"),
        ("develop-\nment", "develop, ment"),
    ],
)
def test_lookalikes_and_personal_details_are_no_terms(written: str, no_terms: str) -> None:
    assert not set(no_terms.split(", ")) & labels(written)


def test_addresses_without_end_are_read_in_time() -> None:
    assert len(labels("a@b.com/" * 100_000)) < 10


PIECES = (
    "go ", "Go ", "to ", "the ", "und ", "der ", "die ", "ist ", "Softwareentwicklerin ", "C++", "C#", ".NET", " & ", "R", "-\n",
    "-", "'s ", "’s ", "a@b.de", "www.x.y/z", " k8s ", "machine learning ", "amazon web services ", "java script ", "日本",  # noqa: RUF001
    "語", "วิศ", "ﬁ", "é", "e\u0301", "\u00ad", "\u200b", "ß", "İ", "ı", "½", "\u1112\u1161\u11ab", "प्र", "/", ".", " ",
    "\n", "2013", "ISO 9001 ", "u.s. ", "x", "'", "ａ", "node.js ", "Vertriebsleiter ", "profit & loss ",  # noqa: RUF001
)  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text(max_size=80))


@given(TEXTS)
def test_words_are_located_as_they_are_split_and_within_the_text(text: str) -> None:
    located = located_words(text)
    assert [one.word for one in located] == words_of(text)
    assert all(0 <= one.start < one.end <= len(text) for one in located)


@given(TEXTS)
def test_a_term_counted_is_located_and_a_term_located_is_counted(text: str) -> None:
    counted = {term.hash for term in analyse([text], RULES).labelled()}
    assert {term.hash for term in located_terms(text, RULES)} == counted


@given(TEXTS)
def test_every_term_of_a_text_is_marked_in_it_and_no_other(text: str) -> None:
    found = list(analyse([text], RULES).labelled())
    for term in found:
        assert mentions(text, [term.label], SETTINGS)
    absent = {"kubernetes", "machine learning", "go", "software entwickler", "r"} - {
        term.label for term in found
    }
    assert not mentions(text, absent, SETTINGS)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_pair_has_one_hash_alone_and_in_arrays(left: int, right: int) -> None:
    both = pair_hashes(np.array([left], np.uint64), np.array([right], np.uint64))
    assert pair_hash(left, right) == int(both[0])
