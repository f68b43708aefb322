"""How the weights of the ranking read on their page: a name and what it does, by part and key."""

from collections.abc import Mapping

Place = tuple[str, str]

PARTS: Mapping[str, tuple[str, str]] = {
    "signals": (
        "Our history with a person",
        "What the past adds to the score, each at its strongest; a strong match of words scores some tenths.",
    ),
    "role": ("What counts in a role", "How the words of the title and of the requirements weigh."),
    "feedback": (
        "Related words",
        "Words learnt from the best matches, and from people shortlisted or dismissed.",
    ),
    "bands": (
        "Strong, good, possible",
        "From which share of the role’s own words on a match is called so; no effect on the order.",
    ),
    "words": (
        "How mentions in a resume are counted",
        "Changing these makes the index anew at the next list, so they cannot be tried out before.",
    ),
}

WEIGHTS: Mapping[Place, str] = {
    ("signals", "stage"): "How far the best application got",
    ("signals", "silver_medalist"): "Silver medalist",
    ("signals", "reason_lapsed"): "The reason then no longer holds",
    ("signals", "promise_open"): "We promised to be in touch",
    ("signals", "rating"): "The interviewers’ rating",
    ("signals", "freshness"): "A fresh resume",
    ("signals", "freshness_half_life_days"): "Days after which freshness halves",
    ("signals", "replied"): "Rapport: answered us, or wrote of their own accord",
    ("role", "count_power"): "Power of mentions in the role",
    ("role", "title_weight"): "Words of the title, times",
    ("role", "important_weight"): "Important, in mentions",
    ("role", "nice_weight"): "Nice to have, in mentions",
    ("role", "short_terms"): "A list of key words has up to … words",
    ("role", "long_terms"): "An advert has from … words on",
    ("role", "short_slope"): "Length held against: key words",
    ("role", "long_slope"): "Length held against: adverts",
    ("feedback", "people"): "Best matches learnt from",
    ("feedback", "terms"): "Related words at most",
    ("feedback", "weight"): "Share of related words",
    ("feedback", "least_people"): "In at least … of their resumes",
    ("feedback", "rounds"): "Rounds",
    ("feedback", "shortlisted_weight"): "Words of people shortlisted",
    ("feedback", "dismissed_weight"): "Words of people dismissed",
    ("bands", "strong_key_words"): "Strong, for key words",
    ("bands", "good_key_words"): "Good, for key words",
    ("bands", "strong_advert"): "Strong, for an advert",
    ("bands", "good_advert"): "Good, for an advert",
    ("words", "count_power"): "Power of mentions",
    ("words", "count_cap"): "Mentions counted at most",
    ("words", "repeat_window"): "Repeated within … words is no mention",
    ("words", "pair_weight"): "Pairs of words, times",
    ("words", "headline_words"): "The first … words are the headline",
    ("words", "headline_mentions"): "They count … times more",
}
