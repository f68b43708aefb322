"""The walls around the process that reads files: how much it may use, and what it may not do at all.

Three layers. Resource limits of the system bound time, memory, open files and written bytes. On Linux (x86-64 and
ARM64) a filter in the kernel refuses sockets, programs, and everything that changes a file, whatever code asks. On
every system Python itself refuses the same, and reads outside its own libraries; that alone would not hold against
native code that was taken over.
"""

import ctypes
import os
import platform
import resource
import sys
from contextlib import suppress

from talentpool.resumes.kernel_filter import filter_program
from talentpool.resumes.limits import Limits

OPEN_FILES = 64
GRACE_SECONDS = 1
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38  # linux/prctl.h
SECCOMP_MODE_FILTER = 2  # linux/seccomp.h
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.spawn",
    "pty.",
)
_CHANGES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.kill",
)


def warm_up() -> None:
    """Load what the readers load on first use, while files may still be opened."""
    import encodings.cp1252
    import encodings.idna
    import encodings.utf_16  # noqa: F401

    for name in (
        "utf-16-le",
        "utf-16-be",
        "latin-1",
        "mac-roman",
        "cp437",
        "cp1250",
        "cp1251",
        "gbk",
        "shift_jis",
    ):
        "".encode(name)


def confine(limits: Limits) -> bool:
    """Shut this process in for good; tells whether the kernel's filter is there too."""
    _set_resource_limits(limits)
    filtered = _filter_system_calls()
    readable = tuple(os.path.realpath(folder) for folder in (*sys.path, sys.base_prefix) if folder)

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _refuse_open(arguments, readable)
        elif event.startswith(_FORBIDDEN) or event in _CHANGES:
            raise PermissionError(f"{event} is not for a process that reads resumes")

    sys.addaudithook(refuse)
    return filtered


def allow_next_file(limits: Limits) -> None:
    """Grant processor time for one more file, counted from what was used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _set_resource_limits(limits: Limits) -> None:
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS but does not keep it
            resource.setrlimit(kind, (most, most))


def _refuse_open(arguments: tuple[object, ...], readable: tuple[str, ...]) -> None:
    path, _, flags = arguments
    writes = isinstance(flags, int) and flags & _WRITING
    if writes or not isinstance(path, str) or not os.path.realpath(path).startswith(readable):
        raise PermissionError("a process that reads resumes opens no files")


def _filter_system_calls() -> bool:
    program = filter_program(platform.machine()) if sys.platform == "linux" else None
    if program is None:
        return False
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
