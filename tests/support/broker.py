"""A broker of one test's own, to be killed or frozen."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privas.programs import broker_config, broker_program, free_port
from privas.reaper import Reaper
from tests.services import wait_for_port


@dataclass(frozen=True)
class Broker:
    """A running one."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """It is gone, and the kernel says so to whoever is connected."""
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """It takes connections and says nothing any more."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def own_broker(folder: Path) -> Iterator[Broker]:
    """Start one on a free port."""
    program = broker_program()
    assert program is not None, "no Redis or Valkey here: mark the test `redis`"
    port, log, config = free_port(), folder / "broker.log", folder / "broker.conf"
    config.write_text(broker_config(port=port, password="own", directory=folder, persist=False))
    process = subprocess.Popen([program, str(config)], start_new_session=True)
    reaper = Reaper()
    reaper.add(process.pid)
    try:
        wait_for_port(port, log)
        yield Broker(f"redis://:own@127.0.0.1:{port}/0", process)
    finally:
        process.kill()
        process.wait(10)
        reaper.close()
