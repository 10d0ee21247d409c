"""The server as a process: stopped by a signal while streams are open."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from live.serving import listeners, until
from sangto.live import services

SERVER = Path(__file__).with_name("server.py")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_streams_and_then_the_server(sign: signal.Signals) -> None:
    wanted = ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")
    config = {name: str(connection.settings_dict.get(name) or "") for name in wanted}
    config["secret_key"] = str(settings.SECRET_KEY)
    port = free_port()
    server = subprocess.Popen([sys.executable, str(SERVER), json.dumps(config), str(port)], stderr=subprocess.PIPE)
    try:
        until(lambda: answers(port), 30)
        with listeners(port) as ears:
            crowd = [ears.open(services.subscription(stream="desk:1")) for _ in range(10)]
            services.publish(stream="desk:1", kind="changed", data={})
            until(lambda: all(one.ids == [1] for one in crowd))
            server.send_signal(sign)
            began = time.monotonic()
            until(lambda: all(one.ended for one in crowd))
            server.wait(10)
            # Well below the three seconds after which the server would have cut them off.
            assert time.monotonic() - began < 2.5
        assert server.stderr is not None
        assert b"Traceback" not in server.stderr.read()
    finally:
        server.kill()
        server.wait()
        if server.stderr is not None:
            server.stderr.close()
