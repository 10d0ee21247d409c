"""The worker process: jobs, the sequencer and the indexer. When one of them fails, all end and are started again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sangto.config.settings")
django.setup()

from procrastinate import App  # noqa: E402
from procrastinate.contrib.django import DjangoApp  # noqa: E402
from procrastinate.contrib.django import app as jobs  # noqa: E402
from procrastinate.contrib.django.django_connector import DjangoConnector  # noqa: E402

from sangto.audit import sequencer  # noqa: E402
from sangto.catalogue import indexer  # noqa: E402

logger = logging.getLogger(__name__)
# What runs at once when the supervisor stops; a job that takes longer is found again by its sweep.
FINISH_WITHIN_S = 8.0
CONCURRENT_JOBS = 4
# A killed worker's jobs are known by its missing heartbeat (30 s).
ORPHANS_EVERY_S = 15.0


class _Loop(threading.Thread):
    """A blocking loop in a thread; its failure stops the process."""

    def __init__(self, name: str, loop: Callable[[threading.Event], None], stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._loop, self._stop_asked = loop, stop
        self.failed = False

    def run(self) -> None:
        try:
            self._loop(self._stop_asked)
        except Exception:
            logger.exception("%s failed", self.name)
        # Ended without being asked to, one way or the other.
        self.failed = not self._stop_asked.is_set()
        self._stop_asked.set()


async def _work(stop: threading.Event) -> None:
    """Run jobs until `stop` is set."""
    async with _worker_app().open_async() as app:
        task = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENT_JOBS,
                install_signal_handlers=False,
                shutdown_graceful_timeout=FINISH_WITHIN_S,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
            )
        )
        found = asyncio.create_task(_find_orphans(app))
        asked = asyncio.create_task(asyncio.to_thread(stop.wait))
        await asyncio.wait({task, found, asked}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        task.cancel()
        found.cancel()
        for result in await asyncio.gather(task, found, return_exceptions=True):
            if isinstance(result, Exception):
                raise result


def _worker_app() -> DjangoApp:
    """The same tasks on a connection of the worker's own.

    Not `replace_connector`: that would also take away from the tasks the connector that lets a job commit together
    with the rows it belongs to.
    """
    app = DjangoApp(
        connector=cast("DjangoConnector", jobs.connector).get_worker_connector(), import_paths=jobs.import_paths
    )
    app.tasks = jobs.tasks
    app.periodic_registry = jobs.periodic_registry
    return app


async def _find_orphans(app: App) -> None:
    """Give jobs of a worker that was killed to the others; every job may be run twice."""
    while True:
        for job in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(job)
        await asyncio.sleep(ORPHANS_EVERY_S)


def main() -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    loops = [_Loop("sequencer", sequencer.run, stop), _Loop("indexer", indexer.follow, stop)]
    for loop in loops:
        loop.start()
    try:
        asyncio.run(_work(stop))
    finally:
        stop.set()
        for loop in loops:
            loop.join(FINISH_WITHIN_S)
    return 1 if any(loop.failed for loop in loops) else 0
