"""Files are read in processes that have limits, are killed when late, replaced when dead, and leave nothing behind."""

import gc
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from talentpool.errors import UnavailableError
from talentpool.resumes.extract import ResumeReader, extract_resume
from talentpool.resumes.limits import MEBIBYTE, Limits
from talentpool.resumes.outcome import ResumeKind, ResumeProblem, ResumeStatus
from tests.unit.resumes.resume_files import (
    RESUME_LINES,
    make_docx,
    make_pdf,
    para,
    paragraph,
    run,
    stream,
    written_pdf,
)

GOOD = make_pdf(paragraph(RESUME_LINES))
SLOW = b"<p>" + b"<div style='color:#fff'>" * 900 + b"x<b>y</b>" * 2_000_000  # many seconds of work


@pytest.fixture(scope="module")
def reader() -> Iterator[ResumeReader]:
    with ResumeReader(processes=2) as opened:
        yield opened


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_file_is_read_by_path_or_as_bytes(reader: ResumeReader, tmp_path: Path) -> None:
    file = tmp_path / "resume.docx"  # its name lies
    file.write_bytes(GOOD)
    result = reader.read(file)
    assert result == reader.read(GOOD)
    assert result.kind is ResumeKind.PDF
    assert result.visible_text == "\n".join(RESUME_LINES)


@pytest.mark.parametrize(
    "name",
    ["..%2f..%2fetc", "\u202efdp.exe", "CON", "a" * 200, "resume;rm -rf .pdf", "$(id)", "-version", "ü .pdf"],
)
def test_faults_09_an_odd_file_name_changes_nothing(reader: ResumeReader, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(GOOD)
    assert reader.read(file).status is ResumeStatus.READABLE


def test_a_file_that_takes_too_long_is_given_up_and_its_process_killed() -> None:
    with ResumeReader(Limits(wall_seconds=0.5), processes=1) as reader:
        assert reader.read(b"Jane").status is ResumeStatus.READABLE
        started = time.perf_counter()
        result = reader.read(SLOW)
        assert result.problem is ResumeProblem.TIMED_OUT
        assert time.perf_counter() - started < 5
        assert reader.read(GOOD).status is ResumeStatus.READABLE


def test_a_file_that_takes_too_much_work_is_given_up() -> None:
    with ResumeReader(Limits(cpu_seconds=0), processes=1) as reader:
        assert reader.read(SLOW).problem is ResumeProblem.TIMED_OUT


def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    data = make_docx('<w:a b="1"/>' * 1_200_000)
    with ResumeReader(Limits(memory_bytes=256 * MEBIBYTE, unpacked_ratio=10_000), processes=1) as reader:
        result = reader.read(data)  # the reader says so, or dies of it
        assert result.problem in (
            ResumeProblem.UNPACKS_TOO_LARGE,
            ResumeProblem.CRASHED,
            ResumeProblem.DAMAGED,
        )
        assert reader.read(GOOD).status is ResumeStatus.READABLE


def test_faults_01_the_process_that_refuses_a_bomb_stays_small() -> None:
    bomb = make_docx(para(run("x")), {"word/media/blank.bin": bytes(129 * MEBIBYTE)})
    before = children()
    with ResumeReader(processes=1) as reader:
        reader.read(GOOD)
        started = time.perf_counter()
        assert reader.read(bomb).problem is ResumeProblem.UNPACKS_TOO_LARGE
        assert time.perf_counter() - started < 1
        (child,) = children() - before
        assert psutil.Process(child).memory_info().rss < 150 * MEBIBYTE


def test_a_file_above_the_size_is_refused_without_a_process() -> None:
    with ResumeReader(Limits(file_bytes=MEBIBYTE), processes=1) as reader:
        before = children()
        assert reader.read(bytes(MEBIBYTE + 1)).problem is ResumeProblem.TOO_LARGE
        assert children() == before


def test_a_dead_process_is_replaced_and_leaves_no_zombie() -> None:
    before = children()
    with ResumeReader(processes=1) as reader:
        reader.read(GOOD)
        (child,) = children() - before
        os.kill(child, 9)
        time.sleep(0.1)
        assert reader.read(GOOD).status is ResumeStatus.READABLE
        assert child not in children()
    assert children() == before


def test_a_process_that_dies_over_a_file_gives_a_status() -> None:
    before = children()
    with ResumeReader(processes=1) as reader:
        reader.read(GOOD)
        (child,) = children() - before
        threading.Timer(0.3, os.kill, (child, 11)).start()
        result = reader.read(SLOW)
        assert result.problem is ResumeProblem.CRASHED
        assert "SIGSEGV" in str(result.message)


def test_processes_are_warm_and_shared_by_threads() -> None:
    before = children()
    with ResumeReader(processes=2) as reader, ThreadPoolExecutor(8) as threads:
        results = list(threads.map(reader.read, [GOOD] * 40))
        assert {result.status for result in results} == {ResumeStatus.READABLE}
        assert len(children() - before) <= 2
    assert children() == before


def test_a_process_outlives_the_thread_that_started_it() -> None:
    before = children()
    with ResumeReader(processes=1) as reader:
        with ThreadPoolExecutor(1) as threads:
            threads.submit(reader.read, GOOD).result()
        (child,) = children() - before
        time.sleep(0.1)
        assert psutil.Process(child).status() != psutil.STATUS_ZOMBIE
        reader.read(GOOD)
        assert children() - before == {child}


def test_one_file_can_be_read_without_a_pool() -> None:
    before = children()
    assert extract_resume(GOOD).status is ResumeStatus.READABLE
    assert children() == before


def test_a_closed_reader_says_so() -> None:
    reader = ResumeReader(processes=1)
    reader.close()
    with pytest.raises(UnavailableError, match="closed"):
        reader.read(GOOD)


def test_closing_leaves_no_open_file() -> None:
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else None
    if before is None:
        pytest.skip("this system does not list open files")
    for _ in range(3):
        extract_resume(GOOD)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


FORBIDDEN = {
    "a socket": "import socket; socket.socket()",
    "a program": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "another program": "import subprocess; subprocess.run(['/bin/true'])",
    "a new file": "open('note.txt', 'w')",
    "a changed file": "import os; os.remove('note.txt')",
    "somebody's file": "open('/etc/passwd').read()",
}
NATIVE = {
    "a socket": "libc.socket(2, 1, 0)",
    "a program": "libc.execl(b'/bin/true', b'true', None)",
    "a new file": "libc.open(b'note.txt', 65, 0o600)",
    "a removed file": "libc.unlink(b'/tmp/nothing-there')",
}


def outcome_confined(code: str, folder: Path) -> str:
    """Run code in a process that has shut itself in as the readers do, and give its last word."""

    script = (
        "import ctypes, os\n"
        "from talentpool.resumes.confine import confine, warm_up\n"
        "from talentpool.resumes.limits import Limits\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "import socket, subprocess\n"
        "warm_up(); filtered = confine(Limits())\n"
        f"try:\n    got = {code if ';' not in code else 'None'}\n    {code if ';' in code else 'pass'}\n"
        "    word = f'got {got} {ctypes.get_errno()} {filtered}'\n"
        "except PermissionError as error:\n    word = 'refused'\n"
        "os.write(1, word.encode())\n"
    )
    checkout = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(checkout)},
    )
    return done.stdout or done.stderr


@pytest.mark.parametrize("code", FORBIDDEN.values(), ids=FORBIDDEN)
def test_faults_03_python_in_the_process_can_neither_call_out_nor_write(code: str, tmp_path: Path) -> None:
    assert outcome_confined(code if ";" in code else f"None; {code}", tmp_path) == "refused"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", NATIVE.values(), ids=NATIVE)
def test_faults_03_native_code_in_the_process_can_neither_call_out_nor_write(
    call: str, tmp_path: Path
) -> None:
    outcome = outcome_confined(call, tmp_path)
    if outcome.endswith("False"):
        pytest.skip("this system has no filter of system calls; Python's own refusal is all there is")
    assert outcome == f"got -1 {1} True"  # EPERM
    assert not list(tmp_path.iterdir())


def test_faults_04_nothing_is_fetched_while_a_file_is_read(reader: ResumeReader) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        relations = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="1" Type="{kind}/attachedTemplate" Target="{address}/t" TargetMode="External"/>'
            f'<Relationship Id="2" Type="{kind}/image" Target="{address}/i" TargetMode="External"/></Relationships>'
        )
        field = f'<w:r><w:instrText>INCLUDETEXT "{address}/f"</w:instrText></w:r>'
        opened = f"/OpenAction<</S/URI/URI({address})>>/AA<</O<</S/JavaScript/JS(app.launchURL\\('{address}'\\))>>>>"
        for data in (
            make_docx(para(run("Jane"), field), {"word/_rels/document.xml.rels": relations}),
            make_pdf(paragraph(RESUME_LINES), root=opened),
            f'<html><body>Jane<img src="{address}/i"><script src="{address}/s"></script></body></html>'.encode(),
            rb"{\rtf1{\*\template "
            + address.encode()
            + rb"}{\field{\*\fldinst INCLUDEPICTURE "
            + address.encode()
            + rb"}}Jane}",
        ):
            assert reader.read(data).status is ResumeStatus.READABLE
        with pytest.raises(TimeoutError):
            listener.accept()


def test_four_files_a_second_and_core_are_read() -> None:
    page = paragraph(
        [f"Line {number} about Python, Spark and delivery of data products" for number in range(50)]
    )
    data = make_pdf(page, page)
    before = children()
    with ResumeReader(processes=1) as reader:
        reader.read(data)
        (child,) = children() - before
        started = sum(psutil.Process(child).cpu_times()[:2])
        for _ in range(8):
            assert reader.read(data).status is ResumeStatus.READABLE
        assert sum(psutil.Process(child).cpu_times()[:2]) - started < 2  # seconds of one core


def test_unused_objects_of_a_pdf_cost_nothing(reader: ResumeReader) -> None:
    objects = {number: stream(b"q Q" * 100) for number in range(2_000, 4_000)}
    data = written_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>", **objects})
    assert reader.read(data).status in (ResumeStatus.EMPTY, ResumeStatus.UNREADABLE)


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, psutil\n"
        "from talentpool.resumes.extract import ResumeReader\n"
        "reader = ResumeReader(processes=1)\n"
        "reader.read(b'Jane Example')\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    checkout = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(checkout), "TMPDIR": str(tmp_path)},
    )
    child = int(done.stdout)
    for _ in range(50):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail("a reading process outlived its parent")
