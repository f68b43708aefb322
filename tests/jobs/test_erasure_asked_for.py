"""An erasure that was asked for on a page: done by the scheduler, once, whatever happens in between."""

from sqlalchemy import func, select

from jobs.do_asked_work import WAIT_FOR_A_MESSAGE, work_through
from jobs.workplace import Shift
from talentpool.candidates.models import Candidate
from talentpool.consent.holds import hold_contact
from talentpool.consent.models import CameBy, DataRequest, HoldKind, RequestKind, RequestState
from talentpool.outreach.models import Message, MessageState
from talentpool.work import queue
from talentpool.work.models import AskedWork, WorkState
from tests.builders import make_candidate
from tests.jobs.conftest import Clock


def ask(shift: Shift) -> tuple[int, int]:
    with shift.writing() as session:
        person = make_candidate(session, "Ana Ruizdottir", resume="Kubernetes at Brunnenkressenkontor.")
        request = DataRequest(
            kind=RequestKind.ERASURE, state=RequestState.OPEN, came_by=CameBy.PHONE, candidate_id=person.id,
            person_id=person.id, received_on=shift.now.date(), due_on=shift.now.date(), words="Ana called",
            created_at=shift.now,
        )  # fmt: skip
        session.add(request)
        session.flush()
        details = {"candidate_id": person.id, "request_id": request.id}
        queue.ask_once(session, "erasure", details, asked_by=None, now=shift.now)
        return person.id, request.id


def test_the_person_goes_and_the_request_keeps_the_proof(shift: Shift) -> None:
    person_id, request_id = ask(shift)
    assert work_through(shift, "erasures") == 1
    with shift.reading() as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 0
        request = session.get_one(DataRequest, request_id)
        assert (request.state, request.candidate_id, request.person_id) == (
            RequestState.ANSWERED,
            None,
            person_id,
        )
        assert (request.words, request.answer) == (None, None)
        assert request.proof is not None
        assert request.proof["found"] == {}
        assert session.scalars(select(AskedWork.state)).all() == [WorkState.DONE]


def test_several_go_in_one_search_and_one_who_asked_to_see_the_data_stays(shift: Shift) -> None:
    with shift.writing() as session:
        people = [make_candidate(session, f"Ana Ruizdottir{sign}", resume="Kubernetes") for sign in "abc"]
        hold_contact(session, people[1].id, HoldKind.ACCESS_REQUEST, source="letter", now=shift.now)
        ids = [person.id for person in people]
        queue.ask(session, "erasure_of_many", {"candidate_ids": ids}, asked_by=None, now=shift.now)
    assert work_through(shift, "erasures") == 1
    with shift.reading() as session:
        assert session.scalars(select(Candidate.id)).all() == [ids[1]]
        assert session.scalars(select(AskedWork.state)).all() == [WorkState.DONE]


def test_faults_46_an_erasure_waits_for_a_message_on_its_way_however_long_and_then_is_done(
    shift: Shift, clock: Clock
) -> None:
    person_id, _ = ask(shift)
    with shift.writing() as session:
        message = Message(
            message_key="<m1@b.example>", candidate_id=person_id, to_address="ana@example.org", subject="Hello",
            text="Hello", state=MessageState.SENDING, created_at=shift.now, due_at=shift.now,
        )  # fmt: skip
        session.add(message)
    for _ in range(8):
        assert work_through(shift, "erasures") == 1
        clock.now += WAIT_FOR_A_MESSAGE
    with shift.writing() as session:
        assert session.get(Candidate, person_id) is not None
        session.scalars(select(Message)).one().state = MessageState.UNKNOWN
    assert work_through(shift, "erasures") == 1
    with shift.reading() as session:
        assert session.get(Candidate, person_id) is None
        assert session.scalars(select(AskedWork.state)).all() == [WorkState.DONE]


def test_an_erasure_that_may_not_be_now_can_be_asked_for_again(shift: Shift) -> None:
    person_id, request_id = ask(shift)
    with shift.writing() as session:
        session.get_one(DataRequest, request_id).erasure_asked_at = shift.now
        hold_contact(session, person_id, HoldKind.ACCESS_REQUEST, source="letter", now=shift.now)
    assert work_through(shift, "erasures") == 1
    with shift.reading() as session:
        request = session.get_one(DataRequest, request_id)
        assert (request.state, request.erasure_asked_at) == (RequestState.OPEN, None)
        assert session.scalars(select(AskedWork.state)).all() == [WorkState.FAILED]


def test_an_erasure_that_was_done_before_a_crash_is_not_a_failure(shift: Shift) -> None:
    ask(shift)
    assert work_through(shift, "erasures") == 1
    with shift.writing() as session:
        work = session.scalars(select(AskedWork)).one()
        work.state = WorkState.WAITING
    assert work_through(shift, "erasures") == 1
    with shift.reading() as session:
        assert session.scalars(select(AskedWork.state)).all() == [WorkState.DONE]
