"""Cells of other systems in wordings nobody listed: what they mean, and when they mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.candidates.models import ReasonKind
from talentpool.imports.meanings import Meanings, make_concepts, make_together
from talentpool.imports.vocabulary import REASON_KINDS, Vocabulary, find_reason, load_vocabulary
from talentpool.settings import config_folder

REJECTIONS = {
    "Annan sökande hade mer erfarenhet": "stronger_candidate_hired",
    "Se valoró más otra candidatura": "stronger_candidate_hired",
    "We moved forward with another applicant": "stronger_candidate_hired",
    "Went with someone with more experience": "stronger_candidate_hired",
    "Anderer Bewerber besser geeignet": "stronger_candidate_hired",
    "Stelle anderweitig besetzt": "stronger_candidate_hired",
    "Un autre candidat a été retenu": "stronger_candidate_hired",
    "Candidate hired internally": "internal_candidate_hired",
    "Interne Besetzung": "internal_candidate_hired",
    "Position cancelled by the business": "role_closed",
    "Vakanz gestrichen": "role_closed",
    "Poste annulé": "role_closed",
    "Proceso cancelado por el cliente": "role_closed",
    "Hiring freeze Q3": "headcount_frozen",
    "No budget approved": "headcount_frozen",
    "Salary expectations too high": "pay_expectation",
    "Gehaltsvorstellung zu hoch": "pay_expectation",
    "Löneanspråk för höga": "pay_expectation",
    "Prétentions trop élevées": "pay_expectation",
    "Expectativas económicas altas": None,
    "Lives too far away": "location",
    "Wohnort zu weit entfernt": "location",
    "Distancia al puesto": "location",
    "Requires visa sponsorship": "work_permit",
    "Keine Arbeitserlaubnis": "work_permit",
    "Can't work weekends": "contract_type",
    "Nur Teilzeit gewünscht": "contract_type",
    "Overqualified for the role": "overqualified",
    "Trop senior": "overqualified",
    "Too junior": "not_enough_experience",
    "Profil trop junior": "not_enough_experience",
    "Not enough years of experience": "not_enough_experience",
    "Experiencia insuficiente": "not_enough_experience",
    "Saknar erfarenhet av natt": "not_enough_experience",
    "Berufserfahrung nicht ausreichend": "not_enough_experience",
    "Lacks required skills": "lacks_skill",
    "Missing must-have qualifications": "lacks_skill",
    "Fachliche Anforderungen nicht erfüllt": "lacks_skill",
    "Uppfyller inte kravprofilen": "lacks_skill",
    "No cumple los requisitos": "lacks_skill",
    "Compétences techniques insuffisantes": "lacks_skill",
    "No nursing registration": "missing_certificate",
    "Saknar körkort": "missing_certificate",
    "Fehlender Führerschein": "missing_certificate",
    "Deutschkenntnisse nicht ausreichend": "language",
    "Nivel de inglés insuficiente": "language",
    "Weak English": "language",
    "Failed the coding assignment": "failed_assessment",
    "Test technique échoué": "failed_assessment",
    "No superó la prueba": "failed_assessment",
    "Poor interview performance": "weak_interview",
    "Im Gespräch nicht überzeugt": "weak_interview",
    "Entretien non convaincant": "weak_interview",
    "Not a cultural match": "not_a_fit",
    "Passt nicht ins Team": "not_a_fit",
    "Profil inadéquat": "not_a_fit",
    "Did not answer our calls": "no_answer",
    "Nicht zum Gespräch erschienen": "no_answer",
    "Svarar ej på mejl": "no_answer",
    "Pas de réponse du candidat": "no_answer",
    "No se presentó a la entrevista": "no_answer",
    "Unterlagen unvollständig": "incomplete_application",
    "Dossier incomplet": "incomplete_application",
    "Applied twice": "duplicate_application",
    "Doublon": "duplicate_application",
    "Bad references": "references",
    "Start date too late": "timing",
    "Kündigungsfrist zu lang": "timing",
    "Not available until autumn": "timing",
    "Lång uppsägningstid": "timing",
    "Do not hire again": "do_not_rehire",
}

WITHDRAWALS = {
    "Accepted other offer": "accepted_other_offer",
    "Took a job elsewhere": "accepted_other_offer",
    "Hat andere Stelle angenommen": "accepted_other_offer",
    "A accepté un autre poste": "accepted_other_offer",
    "Ha encontrado otro trabajo": "accepted_other_offer",
    "Fått annat jobb": "accepted_other_offer",
    "Counter-offer from current employer": "counter_offer",
    "Bleibt beim jetzigen Arbeitgeber": "counter_offer",
    "Declined our offer": "offer_declined",
    "Angebot ausgeschlagen": "offer_declined",
    "Tackade nej till erbjudande": "offer_declined",
    "Pay too low": "pay_too_low",
    "Salario ofrecido insuficiente": "pay_too_low",
    "Lön för låg": "pay_too_low",
    "Commute too long": "too_far",
    "Anfahrt zu weit": "too_far",
    "Process took too long": "process_too_slow",
    "Prozess dauerte zu lange": "process_too_slow",
    "Family reasons": "personal_reasons",
    "Raisons familiales": "personal_reasons",
    "No longer interested": "lost_interest",
    "Kein Interesse mehr": "lost_interest",
    "Ej längre intresserad": "lost_interest",
}

ENDINGS = {
    "Not Hired - Not Qualified": "rejected",
    "Not hired": "rejected",
    "Ej aktuell": "rejected",
    "Nicht ausgewählt": "rejected",
    "Has Declined": "withdrawn",
    "Bewerber hat zurückgezogen": "withdrawn",
    "Bewerber/in hat zurückgezogen": "withdrawn",
    "Candidat désisté": "withdrawn",
    "El candidato se retira": "withdrawn",
    "Sökande har tackat nej": "withdrawn",
    "Offer declined": "withdrawn",
    "Rejected After Onsite": "rejected",
    "Unsuccessful at interview": "rejected",
    "Position Filled": "role_closed",
    "Refusé après entretien": "rejected",
    "Absage nach Gespräch": "rejected",
    "Descartado tras entrevista": "rejected",
    "Regret after phone screen": "rejected",
    "Interview scheduled": None,
    "Hired": "hired",
    "Eingestellt zum 1.3.": "hired",
    "To be hired?": "hired",
}

STAGES = {
    "2nd Interview": "interviewed",
    "2. Gespräch": "interviewed",
    "Telefoninterview": "screened",
    "Entretien téléphonique": "screened",
    "Final Round": "final_round",
    "Offer extended": "offered",
    "Not Hired - Not Qualified": None,
    "Not hired": None,
    "Trial shift": "interviewed",
    "Presented to client": "interviewed",
    "Vertrag unterschrieben": "hired",
    "Slutkandidat": "final_round",
    "Candidature reçue": "applied",
    "Nicht eingestellt": None,
    "Pas encore vu": None,
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """The words as they ship."""
    return load_vocabulary(config_folder())


@pytest.mark.parametrize(("said", "code"), REJECTIONS.items())
def test_a_reason_of_ours_is_understood(said: str, code: str | None, vocabulary: Vocabulary) -> None:
    assert vocabulary.reasons[ReasonKind.REJECTION].find(said) == code


@pytest.mark.parametrize(("said", "code"), WITHDRAWALS.items())
def test_a_reason_of_theirs_is_understood(said: str, code: str, vocabulary: Vocabulary) -> None:
    assert vocabulary.reasons[ReasonKind.WITHDRAWAL].find(said) == code


@pytest.mark.parametrize(("said", "ending"), ENDINGS.items())
def test_an_ending_is_understood(said: str, ending: str | None, vocabulary: Vocabulary) -> None:
    assert vocabulary.dispositions.find(said) == ending


@pytest.mark.parametrize(("said", "stage"), STAGES.items())
def test_a_stage_is_understood(said: str, stage: str | None, vocabulary: Vocabulary) -> None:
    assert vocabulary.stages.find(said) == stage


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Candidate accepted another job", ReasonKind.WITHDRAWAL),
        ("Another candidate accepted", ReasonKind.REJECTION),
        ("Bewerber hat andere Stelle angenommen", ReasonKind.WITHDRAWAL),
        ("Anderer Bewerber eingestellt", ReasonKind.REJECTION),
        ("Salary", ReasonKind.REJECTION),
    ],
)
def test_a_mixed_column_of_reasons_says_whose_each_is(
    said: str, kind: ReasonKind, vocabulary: Vocabulary
) -> None:
    assert find_reason(said, vocabulary, REASON_KINDS)[0] is kind


@given(st.text(max_size=60))
def test_nothing_a_cell_holds_breaks_the_reading(text: str) -> None:
    concepts = make_concepts({"lack": ["not", "fehl*"], "skill": ["skill*"]})
    meanings = Meanings(
        phrases={"hired": 1},
        together=make_together({2: ["lack skill"]}),
        concepts=concepts,
        may_be_denied=True,
    )
    assert meanings.find(text) in (None, 1, 2)
    assert meanings.find(f"not hired {text}") != 1 or "hired" in text.lower()
