"""Keeps this host's indexes up with the event feed. Run by one worker of a host; the others only read."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from sangto.audit.selectors import events_after, head
from sangto.catalogue import engine
from sangto.catalogue.models import Document, DocumentVector, IndexBuild
from sangto.catalogue.services import DOCUMENT_EVENTS, concerns
from sangto.matching.background import background_of
from sangto.matching.index import Index, IndexLocked, IndexProblem, delete_index
from sangto.matching.learnt import teach
from sangto.matching.passages import passages_of

log = logging.getLogger(__name__)
# How often the feed is asked when nothing happens; with the sequencer's own pause this keeps a new answer findable
# well within a second.
PAUSE_S = 0.15
BATCH = 500


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    walk = iter(ids)
    while batch := list(islice(walk, BATCH)):
        yield batch


class Indexer:
    """The writer of the four indexes of this host."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        # How far each index has looked. It commits only when something changed: its committed position can be older.
        self.looked: dict[str, int] = {}

    def open(self) -> None:
        """Open each index for writing. One that is lost, damaged or of another encoder is built again."""
        for name in engine.NAMES:
            self.indexes[name] = self.open_one(name)
        last = head()
        for name, index in list(self.indexes.items()):
            build = IndexBuild.objects.filter(host=socket.gethostname(), name=name).first()
            # An index that is ahead of the feed, or that the record does not know, belongs to another record (a
            # restored backup, a new database).
            if index.position == 0 or index.position > last or build is None or build.position != index.position:
                self.rebuild(name)

    def open_one(self, name: str) -> Index:
        where = engine.folder(name)
        where.parent.mkdir(parents=True, exist_ok=True)
        encoder = engine.encoder()
        try:
            return Index.open(where, encoder.dim, encoder=encoder.name)
        except IndexLocked:
            raise
        except (OSError, ValueError, IndexProblem) as error:
            log.warning("index %s cannot be used (%s); it is derived, so it is built again", name, type(error).__name__)
            delete_index(where)
            return Index.open(where, encoder.dim, encoder=encoder.name)

    def rebuild(self, name: str) -> None:
        desk_kind, kind = name.split("-")
        position = head()
        self.indexes.pop(name).close()
        delete_index(engine.folder(name))
        index = self.indexes[name] = self.open_one(name)
        objects = engine.standing(desk_kind, kind)
        for batch in _batches(list(objects)):
            self._put(index, {key: objects[key] for key in batch})
        self._commit(name, position)

    def _put(self, index: Index, objects: dict[UUID, list[Document]]) -> None:
        documents = [engine.engine_document(rows) for rows in objects.values()]
        index.put(documents, engine.vectors_for(documents))

    def _commit(self, name: str, position: int) -> None:
        index = self.indexes[name]
        index.commit(position)
        teach(index, background_of(engine.encoder()))
        IndexBuild.objects.update_or_create(
            host=socket.gethostname(),
            name=name,
            defaults={
                "encoder": engine.encoder().name,
                "position": position,
                "documents": len(index),
                "updated_at": timezone.now(),
            },
        )

    def step(self) -> int:
        """Take in what happened since the last step; returns how many events that was."""
        taken = 0
        last = head()
        for name, index in self.indexes.items():
            looked = max(self.looked.get(name, 0), index.position)
            if looked >= last:
                continue
            desk_kind, kind = name.split("-")
            events = events_after(looked, kinds=DOCUMENT_EVENTS, limit=BATCH)
            upto = events[-1].position if len(events) == BATCH else last
            touched = {event.object_id for event in events if event.object_id and concerns(event, desk_kind, kind)}
            if touched:
                objects = engine.standing(desk_kind, kind, list(touched))
                index.remove([str(key) for key in touched if key not in objects])
                self._put(index, objects)
                self._commit(name, upto)
            self.looked[name] = upto
            taken += len(events)
        return taken

    def close(self) -> None:
        for index in self.indexes.values():
            index.close()
        self.indexes.clear()
        self.looked.clear()


def follow(stop: threading.Event) -> None:
    """Keep up until `stop` is set; a database that goes away is waited for."""
    indexer = Indexer()
    try:
        while not stop.is_set():
            try:
                if not indexer.indexes:
                    indexer.open()
                if not indexer.step():
                    stop.wait(PAUSE_S)
            except IndexLocked:
                log.info("another worker of this host keeps the index; waiting")
                indexer.close()
                stop.wait(2)
            except (DatabaseError, InterfaceError) as error:
                log.warning("the index waits for the database (%s)", type(error).__name__)
                indexer.close()
                connection.close()
                stop.wait(0.5)
    finally:
        indexer.close()
        connection.close()


def catch_up() -> None:
    """Bring this host's indexes up to the feed once, and let readers see it (commands and tests)."""
    indexer = Indexer()
    try:
        indexer.open()
        while indexer.step():
            pass
    finally:
        indexer.close()
    engine.forget_readers()


def rebuild() -> None:
    """Build all indexes again from the record."""
    indexer = Indexer()
    try:
        for name in engine.NAMES:
            indexer.indexes[name] = indexer.open_one(name)
            indexer.rebuild(name)
    finally:
        indexer.close()
    engine.forget_readers()


def forget_unused_vectors() -> int:
    """Delete vectors that no standing document uses: they were made of tips and claims that are gone."""
    used: set[str] = set()
    for name in engine.NAMES:
        desk_kind, kind = name.split("-")
        for rows in engine.standing(desk_kind, kind).values():
            used.update(engine.hash_of(text) for text in passages_of(engine.engine_document(rows)))
    # A day's grace: a vector can be made a moment before its document is seen here.
    old = DocumentVector.objects.filter(made_at__lt=timezone.now() - timedelta(days=1))
    gone = [key for key, text_hash in old.values_list("id", "text_hash").iterator() if text_hash not in used]
    for batch in _batches(gone):
        DocumentVector.objects.filter(id__in=batch).delete()
    return len(gone)
