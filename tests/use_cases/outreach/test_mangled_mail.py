"""Whatever has been done to a mail on its way, both databases take it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentpool.outreach.answers import take_incoming
from talentpool.outreach.incoming import read_incoming
from talentpool.outreach.models import IncomingMail, Message
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from tests.returned_mail import absence_note, answer, bounce
from tests.use_cases.outreach.conftest import Post

NASTY = [
    *(b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"(" * 3_000, b"<" * 50, b'"', b"\r\n", b"\n\n", b"--x\n", b";"),
    *(b"\nContent-Type: text/plain; charset=utf-7\n\n+2AA-", b"\nContent-Type: text/html\n", b"=?idna?q?a?="),
    *(
        b"\nContent-Type: multipart/mixed; boundary=x\n\n",
        b"\nCc: kim@b.example, \x00@x\n",
        b"=?utf-7?q?+2AA-?=",
    ),
    *(b"\nContent-Transfer-Encoding: base64\n", b"\nDate: 31 Feb 0000 99:99\n", b"\nFrom: Kim@B.Example\n"),
]


@st.composite
def mangled(draw: st.DrawFn, key: str) -> bytes:
    """A mail that came back, with things put into it and taken out of it."""
    content = draw(
        st.sampled_from(
            [
                answer("Gladly.\n\nAna", to=key),
                answer("<p>Gladly &amp; soon</p>", subtype="html", to=""),
                absence_note(to=key),
                bounce("5.1.1", "smtp; 550 no such user", about=key),
            ]
        )
    )
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(content)))
        new = draw(st.sampled_from(NASTY) | st.binary(max_size=8))
        content = content[:place] + new + content[place + draw(st.integers(0, 20)) :]
    return content


def test_a_mangled_mail_is_taken_by_the_database(post: Post) -> None:
    sent = post.queued(post.person("Ana Ruiz", emails=["ana@example.org"]))
    post.send()
    words = load_stop_words(config_folder())

    @settings(suppress_health_check=list(HealthCheck))
    @given(mangled(sent.message_key))
    def take(content: bytes) -> None:
        with post.sessions.writing() as session:
            taken = take_incoming(session, read_incoming(content), words, now=post.now)
            assert taken is None or isinstance(session.get_one(IncomingMail, taken.id), IncomingMail)
            assert session.get_one(Message, sent.id).message_key == sent.message_key
            session.rollback()

    take()
