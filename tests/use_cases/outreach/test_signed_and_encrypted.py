"""Mail is signed so that the stop headers count, and goes over TLS with a certificate that is checked."""

import shutil
import ssl
import subprocess
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest

from talentpool.errors import UnavailableError
from talentpool.outreach.mail_transport import FolderTransport
from talentpool.outreach.mime import open_signer
from talentpool.outreach.models import MessageState
from talentpool.outreach.pass_on_letters import LETTER as PASS_ON
from talentpool.outreach.templates import load_templates
from talentpool.settings import config_folder
from tests.mail_server import serving_mail
from tests.use_cases.outreach.conftest import Post

pytestmark = [
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here to make keys with"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


def openssl(*arguments: str | Path) -> bytes:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signing key of this test run."""
    path = tmp_path_factory.mktemp("keys") / "dkim.pem"
    path.write_bytes(openssl("genrsa", "-traditional", "2048"))
    return path


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for 127.0.0.1 that signs itself, and the server side that shows it."""
    key, certificate = tmp_path / "tls.key", tmp_path / "tls.crt"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        key,
        "-out",
        certificate,
        *subject,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_the_signature_holds_and_covers_both_stop_headers(post: Post, key_file: Path, tmp_path: Path) -> None:
    mail = replace(
        post.mail, dkim_domain="nordwind.example", dkim_selector="talent", dkim_key_file=str(key_file)
    )
    post.signer = open_signer(mail)
    post.queued(post.person("Zoë Müller"))
    post.send(transport=FolderTransport(tmp_path / "mail"))
    [file] = (tmp_path / "mail").glob("*.eml")
    public = "".join(openssl("rsa", "-in", key_file, "-pubout").decode().splitlines()[1:-1])
    record = f"v=DKIM1; k=rsa; p={public}".encode()
    content = file.read_bytes()

    def look_up(name: bytes, *_rest: float, **_how: float) -> bytes | None:
        return record if name.startswith(b"talent._domainkey.nordwind.example") else None

    assert dkim.verify(content, dnsfunc=look_up)
    signed = content.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").lower()
    [covered] = [part for part in signed.split(b";") if part.strip().startswith(b"h=")]
    assert b"list-unsubscribe-post" in covered
    assert b"list-unsubscribe " in covered.replace(b":", b" ")
    broken = content.replace(b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Lust")
    assert not dkim.verify(broken, dnsfunc=look_up)


def test_every_shipped_letter_in_every_language_carries_both_stop_headers_signed(
    post: Post, key_file: Path, tmp_path: Path
) -> None:
    mail = replace(
        post.mail, dkim_domain="nordwind.example", dkim_selector="talent", dkim_key_file=str(key_file)
    )
    post.signer = open_signer(mail)
    keys = [
        key for key, one in load_templates(config_folder()).items() if one.name != PASS_ON
    ]  # has fields of its own
    for number, key in enumerate(keys):
        post.queued(post.person(f"Person {number}"), template=key)
    post.send(transport=FolderTransport(tmp_path / "mail"))
    files = list((tmp_path / "mail").glob("*.eml"))
    assert len(files) == len(keys)
    for file in files:
        mail_file = message_from_bytes(file.read_bytes(), policy=default)
        covered = mail_file["DKIM-Signature"].lower()
        assert mail_file["List-Unsubscribe"].startswith("<https://talent.example.org/u/")
        assert mail_file["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert all(name in covered for name in ("list-unsubscribe ", "list-unsubscribe-post"))
        text = mail_file.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "{{" not in text
        assert "1 Quay" in text


def test_a_file_that_is_no_key_is_named_at_once(post: Post, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("not a key")
    with pytest.raises(UnavailableError, match="dkim_key_file"):
        open_signer(replace(post.mail, dkim_key_file=str(tmp_path / "no.pem"), dkim_domain="a.example"))


def test_a_message_in_the_folder_is_one_file_however_often_it_is_written(post: Post, tmp_path: Path) -> None:
    message = post.queued(post.person())
    post.send(transport=FolderTransport(tmp_path / "mail"))
    assert post.state(message) is MessageState.SENT
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_mail_goes_over_starttls_with_a_certificate_that_is_trusted(
    post: Post, tls: tuple[ssl.SSLContext, Path]
) -> None:
    with serving_mail(tls[0]) as server:
        post.mail = replace(post.mail, port=server.port, security="starttls", ca_file=str(tls[1]))
        post.queued(post.person())
        assert post.send().fates == {"sent": 1}
        assert len(server.messages) == 1


def test_mail_goes_over_tls_from_the_start(post: Post, tls: tuple[ssl.SSLContext, Path]) -> None:
    with serving_mail(tls[0], from_the_start=True) as server:
        post.mail = replace(post.mail, port=server.port, security="tls", ca_file=str(tls[1]))
        post.queued(post.person())
        assert post.send().fates == {"sent": 1}
        assert len(server.messages) == 1


def test_faults_41_a_password_that_is_wrong_costs_no_try(
    post: Post, tls: tuple[ssl.SSLContext, Path]
) -> None:
    with serving_mail(tls[0], password="right") as server:  # noqa: S106 - of this test
        message = post.queued(post.person())
        post.mail = replace(post.mail, port=server.port, security="starttls", ca_file=str(tls[1]))
        post.mail = replace(post.mail, username="talent", password="wrong")  # noqa: S106
        with pytest.raises(UnavailableError, match=r"refuses mail\.username or mail\.password"):
            post.send()
        assert (post.look(message).state, post.look(message).attempts) == (MessageState.PENDING, 0)
        post.mail = replace(post.mail, password="right")  # noqa: S106
        assert post.send().fates == {"sent": 1}


def test_faults_41_a_certificate_nobody_vouches_for_stops_the_sending(
    post: Post, tls: tuple[ssl.SSLContext, Path]
) -> None:
    with serving_mail(tls[0]) as server:
        post.mail = replace(post.mail, port=server.port, security="starttls")
        message = post.queued(post.person())
        with pytest.raises(UnavailableError, match="cannot be used"):
            post.send()
        assert not server.messages
    assert post.state(message) is MessageState.PENDING
