"""What a column may be taken for, in words a recruiter uses, grouped the way people think of them."""

from talentpool.imports.fields import Field

KEEP, REFUSE = "keep", "refuse"

FIELD_GROUPS: tuple[tuple[str, tuple[tuple[Field, str], ...]], ...] = (
    (
        "The person",
        (
            (Field.FULL_NAME, "Full name"),
            (Field.FIRST_NAME, "First name"),
            (Field.MIDDLE_NAME, "Middle name"),
            (Field.LAST_NAME, "Last name"),
            (Field.EMAIL, "E-mail"),
            (Field.PHONE, "Phone"),
            (Field.STREET, "Street"),
            (Field.POSTCODE, "Postcode"),
            (Field.CITY, "City"),
            (Field.REGION, "Region"),
            (Field.COUNTRY, "Country"),
            (Field.LOCATION, "Place in one cell"),
            (Field.HEADLINE, "Headline or current title"),
            (Field.COMPANY, "Company"),
            (Field.LINK, "Profile or web page"),
            (Field.EXTERNAL_ID, "Number of the person there"),
            (Field.EXTERNAL_URL, "Address of the person there"),
        ),
    ),
    (
        "The application",
        (
            (Field.ROLE_TITLE, "Role applied for"),
            (Field.JOB_TITLE, "Job title"),
            (Field.REQUISITION, "Requisition"),
            (Field.APPLICATION_ID, "Number of the application there"),
            (Field.STAGE, "Stage reached"),
            (Field.STATUS, "Stage and ending in one"),
            (Field.DISPOSITION, "How it ended"),
            (Field.IS_REJECTED, "Rejected or not"),
            (Field.REASON, "Rejection reason"),
            (Field.REASON_CATEGORY, "Kind of reason"),
            (Field.REASON_NOTE, "Note on the reason"),
            (Field.WITHDRAWAL_REASON, "Why they withdrew"),
            (Field.APPLIED_ON, "Applied on"),
            (Field.ENDED_ON, "Ended on"),
            (Field.ADDED_ON, "Added on"),
            (Field.ACTIVE_ON, "Last activity"),
            (Field.UPDATED_ON, "Updated on"),
            (Field.RATING, "Rating"),
            (Field.INTERVIEWER_WORDS, "What interviewers said"),
            (Field.CAME_THROUGH, "Came through"),
            (Field.INTRODUCED_BY, "Introduced by (agency or person)"),
            (Field.FEE_UNTIL, "Agency fee protected until"),
        ),
    ),
    (
        "Promises, consent, contact",
        (
            (Field.PROMISE, "What was promised"),
            (Field.PROMISE_DUE, "Promise due on"),
            (Field.DO_NOT_CONTACT, "Do not contact"),
            (Field.MAY_CONTACT, "May be contacted"),
            (Field.CONSENT_GIVEN, "Consent given"),
            (Field.CONSENT_UNTIL, "Consent until"),
            (Field.CONSENT_WITHDRAWN, "Consent withdrawn"),
            (Field.LAST_CONTACT, "Last contacted on"),
        ),
    ),
    (
        "Resume and facts",
        (
            (Field.RESUME_TEXT, "Resume text"),
            (Field.RESUME_ON, "Resume date"),
            (Field.RESUME_FILE, "Name of the resume file"),
            (Field.SUMMARY, "Summary"),
            (Field.SKILLS, "Skills"),
            (Field.EXPERIENCE, "Experience"),
            (Field.PAY_EXPECTATION, "Pay expected"),
            (Field.NOTICE, "Notice period"),
            (Field.LANGUAGES, "Languages"),
            (Field.WORK_PERMIT, "Work permit"),
            (Field.NOTES, "Notes"),
            (Field.IS_DELETED, "Deleted there"),
        ),
    ),
)
KNOWN_CHOICES = frozenset({KEEP, REFUSE, *Field})
