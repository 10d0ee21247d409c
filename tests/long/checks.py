"""What must be true of the record after everything was killed: each check counts what is wrong."""

from __future__ import annotations

from typing import Final, LiteralString

# Each answers with one number, which has to be 0.
CHECKS: Final[dict[str, LiteralString]] = {
    "tips that wait without a rumour": """
        SELECT count(*) FROM intake_tip t WHERE t.state = 'waiting'
        AND NOT EXISTS (SELECT FROM rumours_sighting s WHERE s.tip_id = t.id)""",
    "tips in two rumours": """
        SELECT count(*) FROM (SELECT tip_id FROM rumours_sighting GROUP BY tip_id HAVING count(*) > 1) AS twice""",
    "tips answered or suggested without a document": """
        SELECT count(*) FROM intake_tip t WHERE t.state IN ('answered', 'suggested')
        AND NOT EXISTS (SELECT FROM intake_reply r WHERE r.tip_id = t.id)""",
    "tips answered at once that also opened a rumour": """
        SELECT count(*) FROM intake_tip t JOIN rumours_sighting s ON s.tip_id = t.id
        WHERE t.state IN ('answered', 'suggested')
        AND NOT EXISTS (SELECT FROM intake_reply r WHERE r.tip_id = t.id AND r.decision = 'later')""",
    "suggestions without the job that gives them to the desk": """
        SELECT count(*) FROM intake_tip t WHERE t.state = 'suggested' AND NOT EXISTS (
          SELECT FROM procrastinate_jobs j
          WHERE j.task_name = 'intake.join_unsettled' AND j.args->>'tip_id' = t.id::text)""",
    "tips without exactly one log entry": """
        SELECT count(*) FROM intake_tip t WHERE 1 <> (
          SELECT count(*) FROM audit_logentry e WHERE e.object_id = t.id AND e.verb = 'tip_received')""",
    "tips without exactly one event": """
        SELECT count(*) FROM intake_tip t WHERE 1 <> (
          SELECT count(*) FROM audit_event e WHERE e.object_id = t.id AND e.kind = 'tip_received')""",
    "log entries of tips that do not exist": """
        SELECT count(*) FROM audit_logentry e WHERE e.verb = 'tip_received'
        AND NOT EXISTS (SELECT FROM intake_tip t WHERE t.id = e.object_id)""",
    "rumours without exactly one opening in the log": """
        SELECT count(*) FROM rumours_rumour r WHERE 1 <> (
          SELECT count(*) FROM audit_logentry e WHERE e.object_id = r.id AND e.verb = 'rumour_opened')""",
    "openings in the log without their rumour": """
        SELECT count(*) FROM audit_logentry e WHERE e.verb = 'rumour_opened'
        AND NOT EXISTS (SELECT FROM rumours_rumour r WHERE r.id = e.object_id)""",
    "holes in the numbers of rumours": """
        SELECT coalesce(max(number), 0) - count(*) FROM rumours_rumour""",
    "open rumours with the same first words": """
        SELECT count(*) FROM (SELECT text_hash FROM rumours_rumour
          WHERE state IN ('new', 'triaged', 'investigating', 'in_review') AND text_hash <> ''
          GROUP BY desk_id, text_hash HAVING count(*) > 1) AS twice""",
    "open rumours that cannot be found": """
        SELECT count(*) FROM rumours_rumour r WHERE r.state IN ('new', 'triaged', 'investigating', 'in_review')
        AND NOT EXISTS (SELECT FROM catalogue_document d
                        WHERE d.kind = 'open' AND d.object_id = r.id AND d.withdrawn_at IS NULL)""",
    "answered rumours that are found as open": """
        SELECT count(*) FROM rumours_rumour r JOIN catalogue_document d ON d.kind = 'open' AND d.object_id = r.id
        WHERE r.state IN ('answered', 'closed', 'merged') AND d.withdrawn_at IS NULL""",
    "askers of answered rumours who were not told": """
        SELECT count(*) FROM rumours_rumour r JOIN rumours_sighting s ON s.rumour_id = r.id
        JOIN intake_tip t ON t.id = s.tip_id
        WHERE r.state = 'answered' AND t.state IN ('waiting', 'suggested')""",
    "published articles without exactly one publication": """
        SELECT count(*) FROM publishing_article a WHERE a.state = 'published' AND 1 <> (
          SELECT count(*) FROM publishing_publication p WHERE p.article_id = a.id)""",
    "published articles without a document in each language": """
        SELECT count(*) FROM publishing_article a WHERE a.state = 'published' AND 2 <> (
          SELECT count(*) FROM catalogue_document d
          WHERE d.kind = 'answer' AND d.object_id = a.id AND d.withdrawn_at IS NULL)""",
    "published articles whose rumour is not answered": """
        SELECT count(*) FROM publishing_article a JOIN rumours_rumour r ON r.id = a.rumour_id
        WHERE (a.state = 'published') <> (r.state = 'answered')""",
    "told askers with an address and without a message": """
        SELECT count(*) FROM intake_tip t JOIN intake_reply r ON r.tip_id = t.id AND r.decision = 'later'
        WHERE t.contact_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM delivery_outbox o WHERE o.object_id = t.id AND o.reason = 'tip_answered')""",
    "messages about one tip more than once": """
        SELECT count(*) FROM (SELECT object_id, reason FROM delivery_outbox
          GROUP BY object_id, reason HAVING count(*) > 1) AS twice""",
    "messages not settled": """
        SELECT count(*) FROM delivery_outbox WHERE settled_at IS NULL""",
    "messages without exactly one receipt that says sent": """
        SELECT count(*) FROM delivery_outbox o WHERE 1 <> (
          SELECT count(*) FROM delivery_receipt r WHERE r.outbox_id = o.id AND r.outcome = 'sent')""",
    "contacts that belong to no tip": """
        SELECT count(*) FROM delivery_contact c
        WHERE NOT EXISTS (SELECT FROM intake_tip t WHERE t.contact_id = c.id)""",
    "log entries not chained": """
        SELECT count(*) FROM audit_logentry WHERE position IS NULL""",
    "holes in the log": """
        SELECT coalesce(max(position), 0) - count(*) FROM audit_logentry""",
    "events without a position": """
        SELECT count(*) FROM audit_event WHERE position IS NULL""",
    "holes in the feed": """
        SELECT coalesce(max(position), 0) - count(*) FROM audit_event""",
    "live streams whose messages have holes": """
        SELECT count(*) FROM live_stream s WHERE s.last <> (
          SELECT count(*) FROM live_message m WHERE m.stream_id = s.name)""",
}

# What is still on its way: the checks begin when all of these are 0.
UNDER_WAY: Final[dict[str, LiteralString]] = {
    "log entries": "SELECT count(*) FROM audit_logentry WHERE position IS NULL",
    "events": "SELECT count(*) FROM audit_event WHERE position IS NULL",
    "messages": "SELECT count(*) FROM delivery_outbox WHERE settled_at IS NULL",
    # Jobs for a later day are none: a suggestion is given to the desk after a quarter of an hour.
    "jobs": """
        SELECT count(*) FROM procrastinate_jobs
        WHERE status = 'doing' OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now()))""",
    "documents not in the index": """
        SELECT count(*) FROM audit_event e WHERE e.kind IN ('document_put', 'document_withdrawn')
        AND coalesce(e.position, 9e18) > coalesce((SELECT b.position FROM catalogue_indexbuild b
            WHERE b.name = e.desk_kind || '-' || (e.data->>'kind')), 0)""",
}
