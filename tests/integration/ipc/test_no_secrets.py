"""What goes through the socket while passwords are set and used: none of them (FAULTS.md row 75)."""

import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from bcper.adapters.ipc.client import SocketService
from bcper.apps.connect import Connected
from bcper.domain.errors import WrongPassword
from bcper.domain.model.requests.jobs import ListJobs, RunJob
from bcper.domain.model.requests.targets import (
    AddItem,
    AddVault,
    EditItem,
    ListItems,
    ListVaults,
    PasswordChange,
)
from helpers.ipc import Raw, ServerThread
from helpers.service import Kit

PASSWORDS = ["Tr0ub4dor-one", "Tr0ub4dor-two", "Tr0ub4dor-three"]


class Relay:
    """Between one client and the server; keeps all that is said."""

    def __init__(self, server: str, path: str) -> None:
        self.path, self.said = path, bytearray()
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()
        self._listener.close()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        back = threading.Thread(target=self._pass, args=(server, client))
        back.start()
        self._pass(client, server)
        back.join()
        client.close()
        server.close()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(1 << 16):
            self.said += data
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def test_no_password_goes_through_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BCPER_SECRETS", "file")
    kit = Kit(tmp_path, "socket")
    assert kit.served is not None
    relay = Relay(kit.served.path, os.path.join(kit.served.folder, "relay"))
    client = SocketService(relay.path)
    kit.ask = Connected(client, kit.container.service)
    one, two, three = PASSWORDS
    try:
        kit.ask(AddItem("docs", (kit.source("docs"),), password=one))
        kit.ask(EditItem("docs", password=PasswordChange(two)))
        kit.ask(AddVault("home", ("docs",), password=three))
        kit.job("home", "vault")
        run = kit.ask(RunJob("nightly"))
        assert run.encrypted
        kit.ask(EditItem("docs", password=PasswordChange(None)))
        replies: list[Any] = [kit.ask(ListItems()), kit.ask(ListVaults()), kit.ask(ListJobs())]
    finally:
        client.close()
        relay.close()
        kit.close()
    assert b"RunJob" in relay.said
    assert b"AddItem" not in relay.said
    for password in PASSWORDS:
        assert password.encode() not in relay.said
        assert password not in str(replies)


def test_a_client_that_sends_one_is_told_without_it_and_nothing_is_logged() -> None:
    async def answer(request: Any, report: Any) -> Any:
        raise WrongPassword("asked")

    with ServerThread(answer) as server, Raw(server.path) as client:
        for params in (
            {"name": "a", "paths": ["/a"], "password": PASSWORDS[0]},
            {"name": "a", "paths": ["/a"], "password": {"password": PASSWORDS[0]}},
            {"name": "a", "paths": PASSWORDS[0]},
            {"name": "a", "paths": [], "ignore": [1], "password": PASSWORDS[0]},
        ):
            client.say({"id": 1, "method": "AddItem", "params": params})
            line = client.line()
            assert b"error" in line
            assert b"asked" not in line
            assert PASSWORDS[0].encode() not in line
        assert server.log == []
