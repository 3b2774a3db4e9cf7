"""A child process that answers requests through the descriptor it inherited (test_worker.py)."""

import os
import sys
import time
from typing import Any

from bcper.adapters.ipc.worker import serve_stream
from bcper.domain.errors import Cancelled, WrongPassword
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import DeleteJob, PinRun
from bcper.domain.model.requests.targets import ItemView, ListItems
from bcper.domain.model.targets import Item
from bcper.ports.progress import ProgressSink


def answer(request: Request[Any], sink: ProgressSink | None = None) -> Any:
    match request:
        case ListItems():
            return (ItemView(Item(str(os.getpid()), ("/a\udc80",)), ()),)
        case DeleteJob():
            raise WrongPassword("No.", "Yes.")
        case PinRun():
            raise ValueError("Tr0ub4dor")
    assert sink is not None
    done = 0
    try:
        while True:
            done += 1
            sink.step(Progress("Working", done))
            time.sleep(0.001)
    except Cancelled:
        with open(sys.argv[2], "a") as file:
            file.write("stopped in order\n")
        raise


if __name__ == "__main__":
    serve_stream(int(sys.argv[1]), answer)
    assert "trio" not in sys.modules
    with open(sys.argv[2], "a") as file:
        file.write("ended\n")
