"""Which words name a job, an employer or a qualification, in English, German, French, Spanish and Swedish.

Only for proposals that a person confirms; a title without any of these words is still found by where it stands.
"""

import re

from talentpool.resumes.sections import folded

_TITLE_WORDS_IN_A_ROW = """
    accountant actuary administrator advisor adviser agent analyst apprentice architect artist assistant associate
    attendant attorney auditor baker banker bartender bookkeeper broker buyer captain caregiver carpenter cashier ceo
    cfo chef chemist cio clerk coach cleaner consultant contractor controller cook coordinator counsel counselor cpo
    cto curator dba dentist designer developer devops dietitian director dispatcher driver economist editor educator
    electrician engineer estimator executive fellow fitter founder freelancer geologist guard hairdresser head
    handyman host hostess housekeeper inspector instructor intern interpreter investigator janitor journalist
    lawyer lead leader lecturer librarian machinist manager marketer mason mechanic merchandiser midwife modeler
    nurse officer operator owner painter paralegal paramedic partner pharmacist photographer physician physicist
    physiotherapist pilot planner plumber postdoc president principal producer professor programmer psychologist
    realtor receptionist recruiter registrar representative reporter researcher salesperson salesman scheduler
    scientist secretary server sommelier specialist statistician steward strategist superintendent supervisor surgeon
    surveyor sysadmin tailor teacher technician technologist teller tester therapist trader trainee trainer
    translator treasurer tutor underwriter veterinarian vp waiter waitress warehouseman welder writer cofounder
    abteilungsleiter abteilungsleiterin aktuar altenpfleger altenpflegerin anwalt anwaltin arzt arztin assistent
    assistentin auszubildender auszubildende backer backerin bauleiter bauleiterin berater beraterin betriebsleiter
    buchhalter buchhalterin controllerin datenanalyst datenanalystin disponent einkaufer einkauferin elektriker
    elektrikerin elektroniker entwickler entwicklerin erzieher erzieherin fahrer fachkraft filialleiter
    filialleiterin geschaftsfuhrer geschaftsfuhrerin gesundheitspfleger informatiker informatikerin ingenieur
    ingenieurin installateur jurist juristin kauffrau kaufmann koch kochin krankenpfleger krankenpflegerin
    krankenschwester lehrer lehrerin leiter leiterin maler maschinenbauingenieur mechaniker mechatroniker monteur
    pflegefachfrau pflegefachmann pflegekraft praktikant praktikantin projektleiter projektleiterin projektmanager
    projektmanagerin redakteur redakteurin referent referentin sachbearbeiter sachbearbeiterin schlosser schreiner
    sekretar sekretarin softwareentwickler softwareentwicklerin steuerberater steuerberaterin systemadministrator
    teamleiter teamleiterin techniker technikerin tischler verkaufer verkauferin vertriebsleiter vertriebsleiterin
    werkstudent werkstudentin wissenschaftler wissenschaftlerin
    acheteur acheteuse agente aide analyste animateur architecte assistante avocat avocate boulanger charge chargee
    chauffeur chercheur chercheuse chirurgien coiffeur coiffeuse commercial commerciale comptable conducteur
    conseiller conseillere consultante controleur cuisinier cuisiniere developpeur developpeuse directeur directrice
    electricien employe employee enseignant enseignante formateur formatrice gerant gestionnaire infirmier infirmiere
    informaticien ingenieure juriste medecin menuisier ouvrier pharmacien plombier preparateur professeur redacteur
    redactrice responsable secretaire serveur serveuse soudeur stagiaire technicien technicienne traducteur vendeur
    vendeuse
    abogado abogada administrador administradora administrativo administrativa albanil analista arquitecto arquitecta
    asesor asesora asistente auxiliar ayudante becario becaria camarero camarera cientifico cientifica cocinero
    cocinera comprador conductor consultor consultora contable contador contadora coordinador coordinadora dependiente
    desarrollador desarrolladora directora disenador disenadora economista electricista encargado encargada enfermero
    enfermera farmaceutico fontanero gerente gestor gestora informatico ingeniero ingeniera investigador investigadora
    jefa jefe maestra maestro medico operario periodista profesor profesora programador programadora recepcionista
    redactor redactora representante secretaria supervisora tecnico tecnica traductor vendedor vendedora
    administrativ arkitekt assistenten barnskotare bibliotekarie brandman butikschef chef chauffor chefredaktor
    dataanalytiker distriktschef ekonom ekonomiassistent elektriker forskare forskollarare forsaljare handlaggare
    ingenjor inkopare jurist kock konsult kundtjanstmedarbetare larare lakare ledare lagerarbetare malare montor
    mekaniker mjukvaruutvecklare platschef projektledare receptionist redovisningsekonom redaktor revisor saljare
    samordnare sjukskoterska skotare snickare socionom svetsare systemutvecklare tekniker undersokare underskoterska
    utvecklare utredare verksamhetschef vd
"""
_TITLE_WORDS = frozenset(_TITLE_WORDS_IN_A_ROW.split())
_TITLE_ENDINGS = re.compile(
    r"(?:engineer|developer|manager|managerin|ingenieur|ingenieurin|entwickler|entwicklerin|leiter|leiterin|berater|beraterin"
    r"|ingenjor|utvecklare|chef|konsult|ledare|skoterska|assistent|techniker|mechaniker|kaufmann|kauffrau|pfleger|pflegerin"
    r"|referent|arbeiter|arbeiterin)$"
)
_EMPLOYER_WORDS = frozenset(
    [
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "llc",
        "llp",
        "plc",
        "corp",
        "corporation",
        "company",
        "co",
        "gmbh",
        "ag",
        "kg",
        "kgaa",
        "ohg",
        "ug",
        "se",
        "ev",
        "mbh",
        "sa",
        "sas",
        "sarl",
        "srl",
        "sl",
        "slu",
        "ab",
        "hb",
        "oy",
        "oyj",
        "as",
        "asa",
        "aps",
        "bv",
        "nv",
        "spa",
        "pty",
        "bank",
        "university",
        "universitat",
        "universite",
        "universidad",
        "universitet",
        "college",
        "school",
        "schule",
        "hospital",
        "klinikum",
        "klinik",
        "clinic",
        "krankenhaus",
        "hopital",
        "institute",
        "institut",
        "instituto",
        "group",
        "gruppe",
        "groupe",
        "grupo",
        "holding",
        "holdings",
        "partners",
        "consulting",
        "solutions",
        "systems",
        "technologies",
        "software",
        "labs",
        "laboratories",
        "industries",
        "services",
        "logistics",
        "logistik",
        "insurance",
        "versicherung",
        "foundation",
        "stiftung",
        "agency",
        "agentur",
        "council",
        "ministry",
        "kommun",
        "stadt",
        "airlines",
        "airways",
        "energy",
        "foods",
        "motors",
        "pharma",
        "bau",
        "werke",
        "verlag",
        "hotel",
        "restaurant",
    ]
)
_QUALIFICATIONS = frozenset(
    [
        "phd",
        "mba",
        "msc",
        "bsc",
        "ba",
        "ma",
        "md",
        "cpa",
        "pmp",
        "dr",
        "dipl",
        "ing",
        "pe",
        "rn",
        "esq",
        "jr",
        "sr",
        "ii",
        "iii",
        "mag",
        "prof",
        "cfa",
        "scrum",
        "master",
        "bachelor",
    ]
)


def is_title(text: str) -> bool:
    """Say whether a phrase names a job, up to a dozen words long.

    >>> is_title("Leitende Softwareentwicklerin"), is_title("Acme Software GmbH")
    (True, False)
    """
    words = folded(text).replace("&", " ").split()
    if not words or len(words) > 12 or text.rstrip().endswith((".", ";")):
        return False
    return any(word in _TITLE_WORDS or _TITLE_ENDINGS.search(word) for word in words)


def is_employer(text: str) -> bool:
    """Say whether a phrase carries a word that only organisations have in their names."""
    return any(word in _EMPLOYER_WORDS for word in folded(text).split())


def without_qualifications(words: list[str]) -> list[str]:
    """Leave out degrees and forms of address around a name."""
    return [word for word in words if folded(word).replace(" ", "") not in _QUALIFICATIONS]
