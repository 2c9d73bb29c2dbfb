"""One window a library: a second start hands its folders to the first window and ends."""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.engine.paths import library_paths

log = logging.getLogger(__name__)

VERSION = 1
CONNECT_MS = 200
MOST_BYTES = 1_000_000


def server_name(library: Path | None) -> str:
    """The name under which the window of a library listens; another one for every user and library."""
    where = f"{getpass.getuser()}\0{library_paths(library).data}"
    return "facet-" + hashlib.sha256(where.encode()).hexdigest()[:24]


class SingleInstance(QObject):
    """Listens for later starts, or speaks to an earlier one."""

    asked = Signal(object)  # tuple[str, ...] of folders; empty: only to be raised

    def __init__(self, library: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(library)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._heard: dict[QLocalSocket, bytearray] = {}

    def hand_over(self, folders: list[str]) -> bool:
        """Give the folders to a window that is already open; False where there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(CONNECT_MS):
            return False
        socket.write(json.dumps({"version": VERSION, "folders": folders}).encode() + b"\n")
        done = socket.waitForBytesWritten(1000)
        socket.disconnectFromServer()
        if socket.state() != QLocalSocket.LocalSocketState.UnconnectedState:
            socket.waitForDisconnected(1000)
        return done

    def listen(self) -> bool:
        """Be the window that later starts speak to."""
        if self._server.listen(self._name):
            return True
        QLocalServer.removeServer(self._name)  # left behind by a kill: nobody answered `hand_over` just now
        if self._server.listen(self._name):
            return True
        log.warning("later starts cannot reach this window: %s", self._server.errorString())
        return False

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    @Slot()
    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._heard[socket] = bytearray()
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._gone)
            self._take(socket)

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._take(socket)

    @Slot()
    def _gone(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._heard.pop(socket, None)
            socket.deleteLater()

    def _take(self, socket: QLocalSocket) -> None:
        heard = self._heard.get(socket)
        if heard is None:
            return
        heard += bytes(socket.readAll().data())
        if b"\n" in heard:
            del self._heard[socket]
            self._understand(bytes(heard.split(b"\n", 1)[0]))
        elif len(heard) > MOST_BYTES:
            socket.abort()

    def _understand(self, line: bytes) -> None:
        """Emit what was asked; what is no message of ours only raises the window."""
        try:
            message = json.loads(line)
            folders = tuple(str(folder) for folder in message.get("folders", ()))
        except (ValueError, AttributeError, TypeError):
            folders = ()
        self.asked.emit(folders)
