"""The web process: uvicorn on the socket that the supervisor opened."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import resource
import threading
import warnings
from collections.abc import Sequence

import uvicorn


def _warm_up() -> None:
    """Load the encoder and the indexes now, rather than while the first reader waits for an answer."""
    from sangto.catalogue import engine

    engine.encoder().encode_queries(["?"])
    for name in engine.NAMES:
        engine.reader(name)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sangto.config web")
    parser.add_argument("--fd", type=int, required=True)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sangto.config.settings")
    # Every open stream is a file for the kernel.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # WhiteNoise hands a file over as Django's sync stream; a static file is small and read at once.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

    from sangto.config.asgi import application

    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    # Everything imported stays: collecting it again and again cost half of the tail (10,000 streams, p99 573 → 241 ms).
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    uvicorn.run(
        application,
        fd=arguments.fd,
        loop="uvloop",
        http="httptools",
        interface="asgi3",
        lifespan="auto",
        ws="none",
        # Addresses carry private tokens: no access log.
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    return 0
