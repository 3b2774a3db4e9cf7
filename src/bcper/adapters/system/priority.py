"""The place of this process in the kernel's queues (setpriority(2), sched(7), ioprio_set(2))."""

import os
from contextlib import suppress

import attrs

_NICE = 10
"""A tenth of a processor that others want too: a backup comes to its end also beside what never ends."""

_SYSCALLS = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "loongarch64": 30, "ppc64le": 273, "s390x": 282}
"""ioprio_set's number on machines of 64 bits; ioprio_get's is one more. glibc has no function for them."""

_PROCESS = 1
"""IOPRIO_WHO_PROCESS, which is the calling thread for process 0."""

_CLASS_SHIFT = 13
_BEST_EFFORT, _IDLE = 2, 3
_LAST = 7


@attrs.frozen
class SystemPriority:
    """See :class:`~bcper.ports.priority.Priority`. ``nice`` is what it shall be at least, 0 to 19."""

    nice: int = _NICE

    def lower(self) -> None:
        """See the port: nicer, in the scheduler's class for work that nobody waits for, last at the disk."""
        with suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, 0) < self.nice:
                os.setpriority(os.PRIO_PROCESS, 0, self.nice)
        with suppress(OSError):
            if os.sched_getscheduler(0) == os.SCHED_OTHER:
                os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        with suppress(OSError, AttributeError):
            _last_at_the_disk()


def _last_at_the_disk() -> None:
    """The last place of the class "best effort": "idle" might never have its turn.

    AttributeError from a C library without syscall(2).
    """
    number = _SYSCALLS.get(os.uname().machine)
    if number is None:
        return
    # Only workers come here, and they alone pay for the import.
    import ctypes

    syscall = ctypes.CDLL(None).syscall
    if syscall(number + 1, _PROCESS, 0) >> _CLASS_SHIFT != _IDLE:
        syscall(number, _PROCESS, 0, _BEST_EFFORT << _CLASS_SHIFT | _LAST)
