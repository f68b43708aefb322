"""What a column can mean to us: one word for each thing an import takes in."""

from enum import StrEnum


class Field(StrEnum):
    """The meaning of a column; `config/columns.toml` has the headers under these names."""

    EXTERNAL_ID = "external_id"
    APPLICATION_ID = "application_id"
    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    LOCATION = "location"
    HEADLINE = "headline"
    COMPANY = "company"
    LINK = "link"
    EXTERNAL_URL = "external_url"
    ROLE_TITLE = "role_title"
    JOB_TITLE = "job_title"  # of the person or of the opening: the other columns decide
    REQUISITION = "requisition"
    STAGE = "stage"
    STATUS = "status"  # stage and ending in one column
    DISPOSITION = "disposition"
    IS_REJECTED = "is_rejected"
    REASON = "reason"
    REASON_CATEGORY = "reason_category"
    REASON_NOTE = "reason_note"
    WITHDRAWAL_REASON = "withdrawal_reason"
    APPLIED_ON = "applied_on"
    ENDED_ON = "ended_on"
    ADDED_ON = "added_on"
    ACTIVE_ON = "active_on"
    UPDATED_ON = "updated_on"
    RATING = "rating"
    INTERVIEWER_WORDS = "interviewer_words"
    PROMISE = "promise"
    PROMISE_DUE = "promise_due"
    CAME_THROUGH = "came_through"
    INTRODUCED_BY = "introduced_by"
    FEE_UNTIL = "fee_until"
    DO_NOT_CONTACT = "do_not_contact"
    MAY_CONTACT = "may_contact"
    CONSENT_GIVEN = "consent_given"
    CONSENT_UNTIL = "consent_until"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    LAST_CONTACT = "last_contact"
    RESUME_ON = "resume_on"
    RESUME_TEXT = "resume_text"
    RESUME_FILE = "resume_file"
    SUMMARY = "summary"
    SKILLS = "skills"
    EXPERIENCE = "experience"
    PAY_EXPECTATION = "pay_expectation"
    NOTICE = "notice"
    LANGUAGES = "languages"
    WORK_PERMIT = "work_permit"
    NOTES = "notes"
    IS_DELETED = "is_deleted"


DATES = frozenset(
    {
        Field.APPLIED_ON,
        Field.ENDED_ON,
        Field.ADDED_ON,
        Field.ACTIVE_ON,
        Field.UPDATED_ON,
        Field.PROMISE_DUE,
        Field.FEE_UNTIL,
        Field.CONSENT_UNTIL,
        Field.LAST_CONTACT,
        Field.RESUME_ON,
    }
)
# A date, or a plain yes where the system keeps no date.
DATES_OR_FLAGS = frozenset({Field.CONSENT_GIVEN, Field.CONSENT_WITHDRAWN, Field.IS_REJECTED})
# Several columns of one file may hold these; their values are taken together.
TAKEN_TOGETHER = frozenset(
    {
        Field.EMAIL,
        Field.PHONE,
        Field.LINK,
        Field.SKILLS,
        Field.EXPERIENCE,
        Field.SUMMARY,
        Field.NOTES,
        Field.DO_NOT_CONTACT,
        Field.CONSENT_GIVEN,
    }
)
# What makes a row say something about an application.
COLUMN_CHOICES = frozenset({*Field, "keep", "refuse"})  # what a mapping may say of a column
ABOUT_AN_APPLICATION = frozenset(
    {
        Field.ROLE_TITLE,
        Field.REQUISITION,
        Field.STAGE,
        Field.DISPOSITION,
        Field.IS_REJECTED,
        Field.REASON,
        Field.APPLIED_ON,
    }
)
