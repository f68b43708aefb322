"""Which system calls the Linux kernel refuses a process that reads files, as a classic BPF program.

Everything not named here is allowed: the list is of what would let a file that took the process over reach outside
it. Numbers are from the kernel's `asm/unistd_64.h` and `asm-generic/unistd.h`, the format from `linux/filter.h`.
"""

import ctypes
import errno
import os

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | errno.EPERM
_CALL_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # offsets in struct seccomp_data
_FOREIGN_CALLS = 0x40000000  # the x32 numbers, a second name for each call
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# socket, connect, bind, listen, socketpair, execve, execveat, fork, vfork, kill, tkill, ptrace, process_vm_writev,
# creat, truncate, rename, renameat, renameat2, mkdir, mkdirat, rmdir, link, linkat, symlink, symlinkat, unlink,
# unlinkat, chmod, fchmodat, chown, mknod, mknodat, mount, io_uring_setup, openat2
_X86_64 = (
    *(
        41,
        42,
        49,
        50,
        53,
        59,
        322,
        57,
        58,
        62,
        200,
        101,
        311,
        85,
        76,
        82,
        264,
        316,
        83,
        258,
        84,
        86,
        265,
        88,
        266,
    ),
    *(87, 263, 90, 268, 92, 133, 259, 165, 425, 437),
)
# The same without the old names ARM64 never had.
_ARM64 = (
    *(
        198,
        203,
        200,
        201,
        199,
        221,
        281,
        129,
        130,
        117,
        271,
        45,
        38,
        276,
        34,
        37,
        36,
        35,
        53,
        33,
        40,
        425,
        437,
    ),
)
_MACHINES = {  # audit architecture, refused calls, calls that open a file with the place of their flags
    "x86_64": (0xC000003E, _X86_64, {2: 1, 257: 2}),
    "aarch64": (0xC00000B7, _ARM64, {56: 2}),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class FilterProgram(ctypes.Structure):
    """What `prctl` takes: the number of instructions and where they are."""

    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def filter_program(machine: str) -> FilterProgram | None:
    """Write the filter for a kind of processor; None where we do not know its numbers."""
    if machine not in _MACHINES:
        return None
    architecture, refused, opening = _MACHINES[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL_AT),
        *_unless(_JUMP_AT_LEAST, _FOREIGN_CALLS),
    ]
    for call in refused:
        steps += _unless(_JUMP_EQUAL, call)
    for call, place in opening.items():
        steps += _unless_it_only_reads(call, place)
    steps.append((_RETURN, 0, 0, _ALLOW))
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    return FilterProgram(len(steps), instructions)


def _unless(jump: int, value: int) -> list[tuple[int, int, int, int]]:
    return [(jump, 0, 1, value), (_RETURN, 0, 0, _REFUSE)]


def _unless_it_only_reads(call: int, place: int) -> list[tuple[int, int, int, int]]:
    return [
        (_JUMP_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * place),
        (_JUMP_ANY_BIT, 0, 1, _WRITING),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
