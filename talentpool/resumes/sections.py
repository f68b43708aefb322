"""The sections of a resume, by their headings in English, German, French, Spanish and Swedish."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_HEADING = 6  # words


class SectionKind(StrEnum):
    """What a section is about."""

    HEADER = "header"
    PROFILE = "profile"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    PROJECTS = "projects"
    CERTIFICATES = "certificates"
    PUBLICATIONS = "publications"
    INTERESTS = "interests"
    REFERENCES = "references"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A run of lines under one heading: from `first_line` up to `last_line`, from 0, the heading included."""

    kind: SectionKind
    heading: str
    first_line: int
    last_line: int


_HEADINGS = {
    SectionKind.PROFILE: "profile|summary|professional summary|executive profile|executive summary|career summary|about"
    "|about me|objective|career objective|profil|kurzprofil|uber mich|zusammenfassung|profil professionnel|a propos"
    "|a propos de moi|resume professionnel|perfil|perfil profesional|sobre mi|resumen|om mig|sammanfattning",
    SectionKind.EXPERIENCE: "experience|work experience|professional experience|relevant experience|employment"
    "|employment history|work history|career history|career|professional background|positions held|berufserfahrung"
    "|beruflicher werdegang|berufliche erfahrung|werdegang|berufspraxis|praxiserfahrung|arbeitserfahrung|experiences"
    "|experience professionnelle|experiences professionnelles|parcours professionnel|experiencia|experiencia laboral"
    "|experiencia profesional|trayectoria profesional|erfarenhet|arbetslivserfarenhet|arbetserfarenhet|yrkeserfarenhet"
    "|anstallningar",
    SectionKind.EDUCATION: "education|academic background|education and training|qualifications|academic qualifications"
    "|studies|ausbildung|bildung|bildungsweg|studium|schulbildung|akademische ausbildung|formation|formations|etudes"
    "|diplomes|formacion|formacion academica|educacion|estudios|utbildning|utbildningar",
    SectionKind.SKILLS: "skills|key skills|technical skills|core competencies|competencies|core skills|skill highlights"
    "|highlights|areas of expertise|expertise|technologies|tech stack|it skills|computer skills|strengths|kenntnisse"
    "|fahigkeiten|kompetenzen|edv kenntnisse|it kenntnisse|fachkenntnisse|competences|competences techniques"
    "|competences cles|habilidades|competencias|conocimientos|aptitudes|kompetenser|fardigheter|kunskaper|skill|tools",
    SectionKind.LANGUAGES: "languages|language skills|sprachen|sprachkenntnisse|langues|idiomas|sprak|sprakkunskaper",
    SectionKind.PROJECTS: "projects|selected projects|personal projects|key projects|projekte|projets|proyectos|projekt",
    SectionKind.CERTIFICATES: "certifications|certificates|licenses|licenses and certifications|training|courses|awards"
    "|honors|honours|honors and awards|accomplishments|core accomplishments|achievements|zertifikate|weiterbildung"
    "|weiterbildungen|auszeichnungen|certificats|prix|certificaciones|cursos|premios|certifikat|kurser|utmarkelser",
    SectionKind.PUBLICATIONS: "publications|selected publications|patents|publikationen|publicaciones|publikationer",
    SectionKind.INTERESTS: "interests|hobbies|hobbies and interests|activities|volunteering|volunteer experience"
    "|interessen|hobbys|ehrenamt|centres d interet|loisirs|benevolat|intereses|aficiones|voluntariado|intressen"
    "|fritidsintressen|other information|personal information|personliches|personliche daten",
    SectionKind.REFERENCES: "references|referees|referenzen|references professionnelles|referencias|referenser",
    SectionKind.CONTACT: "contact|contact details|contact information|personal details|kontakt|kontaktdaten|coordonnees"
    "|contacto|datos personales|datos de contacto|kontaktuppgifter|personuppgifter|contacts",
}
_KIND_BY_HEADING = {name: kind for kind, names in _HEADINGS.items() for name in names.split("|")}
_SPACED_OUT = re.compile(r"^(?:\w ){2,}\w$")


def sections_of(lines: Sequence[str]) -> tuple[Section, ...]:
    """Divide the lines of a resume into sections; what comes before the first heading is its header."""
    starts = [(number, kind) for number, line in enumerate(lines) if (kind := heading_kind(line)) is not None]
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, SectionKind.HEADER))
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    return tuple(
        Section(
            kind=kind,
            heading=lines[first].strip() if kind is not SectionKind.HEADER and lines else "",
            first_line=first,
            last_line=end,
        )
        for (first, kind), end in zip(starts, ends, strict=True)
    )


def heading_kind(line: str) -> SectionKind | None:
    """Say which section a line is the heading of, or None where it is text.

    >>> heading_kind("BERUFSERFAHRUNG:")
    <SectionKind.EXPERIENCE: 'experience'>
    >>> heading_kind("Experience with Java")
    """
    words = folded(line)
    if not words or len(words.split()) > LONGEST_HEADING + 8:
        return None
    if _SPACED_OUT.match(words):
        words = words.replace(" ", "")
    kind = _KIND_BY_HEADING.get(words)
    if kind is None:
        first, _, second = (
            words.replace(" and ", " & ").replace(" und ", " & ").replace(" et ", " & ").partition(" & ")
        )
        kind = _KIND_BY_HEADING.get(first) if second in _KIND_BY_HEADING else None
    return kind


def folded(text: str) -> str:
    """Give text in lower case without accents, with single spaces in place of everything but letters, digits and &."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w&]+|_", " ", kept).split())
