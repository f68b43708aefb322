"""Texts as people really paste them: adverts of 10,000 words, pages with their markup, names in any script."""

from html import unescape

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.database import Sessions
from tests.builders import make_application, make_candidate
from tests.web.pool_of_people import ADVERT, fill_pool
from tests.web.test_every_page import MOST_BYTES

TABS = ("", "/shortlist", "/excluded", "/history", "/brief", "/edit", "/contact")

BOARD = """<div class="content-intro"><p style="margin:0px"><strong>About&nbsp;us</strong></p></div>
<script>window.dataLayer=[{"page":"job"}]</script><style>.posting{color:red}</style>
<p>You run the platform forty teams deploy to.</p><ul><li style="font-weight:400">Kubernetes in production</li>
<li>Terraform &amp; Ansible</li></ul><p hidden>ref-9123</p><!-- tracking -->"""
EDITOR = """<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->
<p class=MsoNormal><b><span lang=EN-GB style='font-size:11.0pt'>About us<o:p></o:p></span></b></p>
<p class=MsoNormal><span>You run the platform forty teams deploy to.</span></p>
<p class=MsoListParagraph>· Kubernetes in production</p><p class=MsoListParagraph>· Terraform &amp; Ansible</p>"""
TABLE = """<table><tr><td><h2>About us</h2></td></tr><tr><td>You run the platform forty teams deploy to.<br>
Kubernetes in production<br/>Terraform &amp; Ansible</td></tr></table><noscript>Turn scripts on</noscript>"""


@pytest.mark.parametrize("pasted", [BOARD, EDITOR, TABLE])
def test_an_advert_pasted_with_its_markup_is_kept_as_readable_lines(
    signed_in, sessions: Sessions, pasted: str
) -> None:
    fill_pool(sessions)
    desk = signed_in(AccountKind.RECRUITER)
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": pasted}).location
    page = unescape(desk.get(f"{role}/brief").text)
    paper = page.partition('<div class="paper">')[2].partition("</div>")[0]
    lines = [line.strip(" •·-\xa0") for line in paper.splitlines() if line.strip()]
    for said in (
        "You run the platform forty teams deploy to.",
        "Kubernetes in production",
        "Terraform & Ansible",
    ):
        assert said in lines
    assert "About us" in paper.replace("\xa0", " ")
    for rubbish in ("<", "mso", "dataLayer", "color:red", "tracking", "WordDocument"):
        assert rubbish not in paper


def test_an_advert_of_ten_thousand_words_is_matched_and_no_tab_of_it_is_heavy(
    signed_in, sessions: Sessions
) -> None:
    fill_pool(sessions)
    desk = signed_in(AccountKind.RECRUITER)
    words = " ".join(f"duty{number % 700} with care." for number in range(3_333))
    answer = desk.post("/roles/new", {"title": "Platform engineer", "text": f"{ADVERT}\n{words} Lastly."})
    assert answer.status_code == 303
    for tab in TABS:
        page = desk.get(answer.location + tab)
        assert page.status_code == 200
        assert len(page.data) <= MOST_BYTES, tab
    assert "Lastly." in desk.get(f"{answer.location}/brief").text
    assert "Ana Ruiz" in desk.get(answer.location).text


@pytest.mark.parametrize(
    "name", ["عبد الرحمن بن عوف", "דנה לוי", "王伟", "Zoë 👩🏽‍🚀 O’Neil-Núñez", "Ng", "Wolfeschlegel" * 20]
)
def test_a_name_stands_on_every_page_as_it_was_given(signed_in, sessions: Sessions, name: str) -> None:
    fill_pool(sessions)
    with sessions.writing.begin() as session:
        person = make_candidate(session, name, resume="Kubernetes and Terraform in production.")
        make_application(session, person)
    desk = signed_in(AccountKind.RECRUITER)
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    desk.post(f"{role}/matches/{person.id}/shortlist")
    for address in (
        role, f"{role}/shortlist", f"{role}/matches/{person.id}", f"/candidates/{person.id}",
        f"/candidates?q={name.split()[0]}", f"{role}/why-not?name={name.split()[-1]}",
    ):  # fmt: skip
        assert name in unescape(desk.get(address).text), address
