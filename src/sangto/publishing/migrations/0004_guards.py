"""PostgreSQL refuses what the services refuse, for any program that writes.

A version that was submitted does not change; who edited it cannot approve or publish it; a publication needs its
approvals and a source that is not the publisher's own; a published verdict keeps that source.

Locks: each check first locks the row that a rival would change (the version for texts, editors and reviews; the
rumour for exhibits and sources), and then looks, so that of two rivals the later sees what the earlier did.
Every refusal is a check violation, and its text begins with "publishing:".
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION publishing_refuse(reason text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'publishing: ' || reason;
END $$;
"""

HAS_INDEPENDENT = """
CREATE FUNCTION publishing_has_independent_exhibit(about uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT 1 FROM rumours_exhibit e JOIN evidence_source s ON s.id = e.source_id
        WHERE e.rumour_id = about AND NOT s.is_own
    )
$$;
"""

VERSION = """
CREATE FUNCTION publishing_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject publishing_article%ROWTYPE;
    about rumours_rumour%ROWTYPE;
    earlier uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.submitted_at IS NOT NULL THEN
            PERFORM publishing_refuse('a version that was submitted for review cannot be deleted');
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.submitted_at IS NOT NULL THEN
            PERFORM publishing_refuse('a version begins as a draft');
        END IF;
        SELECT * INTO subject FROM publishing_article WHERE id = NEW.article_id;
        IF subject.desk_id IS DISTINCT FROM NEW.desk_id THEN
            PERFORM publishing_refuse('a version stands at the desk of its article');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.submitted_at IS NOT NULL THEN
        IF NEW IS DISTINCT FROM OLD THEN
            PERFORM publishing_refuse('a version that was submitted for review cannot change');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.article_id, NEW.number, NEW.desk_id, NEW.desk_kind)
        IS DISTINCT FROM (OLD.id, OLD.article_id, OLD.number, OLD.desk_id, OLD.desk_kind) THEN
        PERFORM publishing_refuse('a version stays with its article');
    END IF;
    IF NEW.submitted_at IS NULL THEN
        RETURN NEW;
    END IF;

    -- From here on: it is being submitted.
    SELECT * INTO subject FROM publishing_article WHERE id = NEW.article_id;
    SELECT * INTO about FROM rumours_rumour WHERE id = subject.rumour_id FOR UPDATE;
    IF NEW.verdict = '' THEN
        PERFORM publishing_refuse('a version cannot be submitted without a verdict');
    END IF;
    IF NEW.involves_publisher IS DISTINCT FROM about.involves_publisher THEN
        PERFORM publishing_refuse('whether it involves the publisher is as the rumour says');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM publishing_versiontext t
        WHERE t.version_id = NEW.id AND btrim(t.title) <> '' AND btrim(t.claim) <> '' AND btrim(t.short_answer) <> ''
    ) THEN
        PERFORM publishing_refuse('a submitted version has a title, a claim and a short answer in one language');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM publishing_versioneditor e WHERE e.version_id = NEW.id) THEN
        PERFORM publishing_refuse('a version cannot be submitted when nobody is recorded as its editor');
    END IF;
    IF NOT publishing_has_independent_exhibit(about.id) THEN
        PERFORM publishing_refuse('a verdict needs an exhibit from a source that is not the publisher''s own');
    END IF;
    -- Text of the version before stands in this one, unless that was approved and published.
    SELECT v.id INTO earlier FROM publishing_articleversion v
        WHERE v.article_id = NEW.article_id AND v.number < NEW.number ORDER BY v.number DESC LIMIT 1;
    IF earlier IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM publishing_publication p WHERE p.version_id = earlier)
        AND EXISTS (
            SELECT 1 FROM publishing_versioneditor old_editor WHERE old_editor.version_id = earlier
            AND NOT EXISTS (
                SELECT 1 FROM publishing_versioneditor e
                WHERE e.version_id = NEW.id AND e.person_id = old_editor.person_id
            )
        )
    THEN
        PERFORM publishing_refuse('the editors of the unpublished version before are editors of this one');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_version_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_articleversion
    FOR EACH ROW EXECUTE FUNCTION publishing_version_guard();
"""

TEXT = """
CREATE FUNCTION publishing_text_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid;
    submitted timestamptz;
BEGIN
    FOREACH touched IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id] END
    LOOP
        SELECT v.submitted_at INTO submitted FROM publishing_articleversion v WHERE v.id = touched FOR SHARE;
        IF submitted IS NOT NULL THEN
            PERFORM publishing_refuse('the text of a version that was submitted for review cannot change');
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_text_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_versiontext
    FOR EACH ROW EXECUTE FUNCTION publishing_text_guard();
"""

EDITOR = """
CREATE FUNCTION publishing_editor_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    submitted timestamptz;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM publishing_refuse('who edited a version cannot be changed or removed');
    END IF;
    SELECT v.submitted_at INTO submitted FROM publishing_articleversion v WHERE v.id = NEW.version_id FOR SHARE;
    IF submitted IS NOT NULL THEN
        PERFORM publishing_refuse('no editor can be added to a version that was submitted for review');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_editor_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_versioneditor
    FOR EACH ROW EXECUTE FUNCTION publishing_editor_guard();
"""

REVIEW = """
CREATE FUNCTION publishing_review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reviewed publishing_articleversion%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM publishing_refuse('a review cannot be changed or deleted');
    END IF;
    SELECT * INTO reviewed FROM publishing_articleversion v WHERE v.id = NEW.version_id FOR SHARE;
    IF reviewed.submitted_at IS NULL THEN
        PERFORM publishing_refuse('only a version that was submitted can be reviewed');
    END IF;
    IF EXISTS (SELECT 1 FROM publishing_publication p WHERE p.version_id = NEW.version_id) THEN
        PERFORM publishing_refuse('this version is published already');
    END IF;
    IF EXISTS (
        SELECT 1 FROM publishing_articleversion v
        WHERE v.article_id = reviewed.article_id AND v.number > reviewed.number
    ) THEN
        PERFORM publishing_refuse('there is a newer version');
    END IF;
    IF EXISTS (
        SELECT 1 FROM publishing_versioneditor e WHERE e.version_id = NEW.version_id AND e.person_id = NEW.reviewer_id
    ) THEN
        PERFORM publishing_refuse('whoever edited a version cannot review it');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM network_role r JOIN network_desk d ON d.id = r.desk_id
        WHERE r.person_id = NEW.reviewer_id AND r.code IN ('lead', 'editor', 'reviewer')
        AND d.kind = reviewed.desk_kind
    ) THEN
        PERFORM publishing_refuse('a review needs someone who is lead, editor or reviewer at a desk of this kind');
    END IF;
    -- Whatever the program says: an administrator of the whole installation is not outside any desk.
    NEW.outside_desk := NOT EXISTS (
        SELECT 1 FROM network_role r
        WHERE r.person_id = NEW.reviewer_id AND (r.desk_id = reviewed.desk_id OR r.desk_id IS NULL)
    );
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_review_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_review
    FOR EACH ROW EXECUTE FUNCTION publishing_review_guard();
"""

PUBLICATION = """
CREATE FUNCTION publishing_publication_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    going publishing_articleversion%ROWTYPE;
    subject publishing_article%ROWTYPE;
    about rumours_rumour%ROWTYPE;
    approvals integer;
    from_outside integer;
    objections integer;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM publishing_refuse('a publication cannot be changed or deleted');
    END IF;
    SELECT * INTO subject FROM publishing_article a WHERE a.id = NEW.article_id FOR UPDATE;
    SELECT * INTO going FROM publishing_articleversion v WHERE v.id = NEW.version_id FOR UPDATE;
    SELECT * INTO about FROM rumours_rumour r WHERE r.id = subject.rumour_id FOR UPDATE;
    IF going.article_id IS DISTINCT FROM NEW.article_id OR subject.desk_id IS DISTINCT FROM NEW.desk_id THEN
        PERFORM publishing_refuse('the version belongs to another article');
    END IF;
    IF going.submitted_at IS NULL THEN
        PERFORM publishing_refuse('only a version that was submitted and approved can be published');
    END IF;
    IF EXISTS (
        SELECT 1 FROM publishing_articleversion v
        WHERE v.article_id = NEW.article_id AND v.number > going.number
    ) THEN
        PERFORM publishing_refuse('there is a newer version');
    END IF;
    IF going.verdict = '' THEN
        PERFORM publishing_refuse('an article cannot be published without a verdict');
    END IF;
    IF EXISTS (
        SELECT 1 FROM publishing_versioneditor e WHERE e.version_id = NEW.version_id AND e.person_id = NEW.person_id
    ) THEN
        PERFORM publishing_refuse('whoever edited a version cannot publish it');
    END IF;
    IF going.involves_publisher IS DISTINCT FROM about.involves_publisher THEN
        PERFORM publishing_refuse('whether it involves the publisher changed after the review');
    END IF;
    SELECT count(*) FILTER (WHERE r.decision = 'approve'),
           count(*) FILTER (WHERE r.decision = 'approve' AND r.outside_desk),
           count(*) FILTER (WHERE r.decision <> 'approve')
        INTO approvals, from_outside, objections
        FROM publishing_review r WHERE r.version_id = NEW.version_id;
    IF objections > 0 THEN
        PERFORM publishing_refuse('a reviewer asked for changes');
    END IF;
    IF approvals < 1 THEN
        PERFORM publishing_refuse('nobody has approved this version');
    END IF;
    IF going.involves_publisher AND (approvals < 2 OR from_outside < 1) THEN
        PERFORM publishing_refuse('it involves the publisher: two approvals are needed, one from outside the desk');
    END IF;
    IF NOT publishing_has_independent_exhibit(about.id) THEN
        PERFORM publishing_refuse('a verdict needs an exhibit from a source that is not the publisher''s own');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_publication_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_publication
    FOR EACH ROW EXECUTE FUNCTION publishing_publication_guard();

CREATE FUNCTION publishing_publication_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM publishing_publication p WHERE p.article_id = NEW.article_id AND p.id <> NEW.id
               AND (p.at, p.id) < (NEW.at, NEW.id))
        AND NOT EXISTS (SELECT 1 FROM publishing_correction c WHERE c.version_id = NEW.version_id)
    THEN
        PERFORM publishing_refuse('a second publication needs a public correction');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM publishing_article a WHERE a.id = NEW.article_id
                   AND a.state IN ('published', 'retracted')) THEN
        PERFORM publishing_refuse('a published article says so in its state');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER publishing_publication_complete AFTER INSERT ON publishing_publication
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION publishing_publication_complete();
"""

ARTICLE = """
CREATE FUNCTION publishing_article_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state IN ('published', 'retracted') OR NEW.public_version_id IS NOT NULL THEN
            PERFORM publishing_refuse('an article begins as a draft');
        END IF;
        RETURN NEW;
    END IF;
    SELECT p.version_id INTO newest FROM publishing_publication p
        JOIN publishing_articleversion v ON v.id = p.version_id
        WHERE p.article_id = OLD.id ORDER BY v.number DESC LIMIT 1;
    IF newest IS NULL THEN
        IF NEW.state IN ('published', 'retracted') OR NEW.public_version_id IS NOT NULL THEN
            PERFORM publishing_refuse('an article is published only by a publication');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state NOT IN ('published', 'retracted') THEN
        PERFORM publishing_refuse('what was published stays readable; it can be corrected or retracted');
    END IF;
    IF NEW.public_version_id IS DISTINCT FROM newest THEN
        PERFORM publishing_refuse('readers see the version that was published last');
    END IF;
    IF NEW.state = 'retracted' AND NOT EXISTS (
        SELECT 1 FROM publishing_correction c WHERE c.version_id = newest AND c.kind = 'retraction'
    ) THEN
        PERFORM publishing_refuse('an article is retracted only by a public correction of that kind');
    END IF;
    IF (NEW.slug, NEW.rumour_id, NEW.desk_id) IS DISTINCT FROM (OLD.slug, OLD.rumour_id, OLD.desk_id) THEN
        PERFORM publishing_refuse('the address of a published article never changes');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_article_guard BEFORE INSERT OR UPDATE ON publishing_article
    FOR EACH ROW EXECUTE FUNCTION publishing_article_guard();
"""

CORRECTION = """
CREATE FUNCTION publishing_correction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM publishing_refuse('a public correction cannot be changed or deleted');
    END IF;
    IF btrim(NEW.text_vi) = '' OR btrim(NEW.text_en) = '' THEN
        PERFORM publishing_refuse('a correction says in both languages what changed');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM publishing_publication p WHERE p.version_id = NEW.version_id AND p.article_id = NEW.article_id
    ) THEN
        PERFORM publishing_refuse('a correction belongs to a publication');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER publishing_correction_guard BEFORE INSERT OR UPDATE OR DELETE ON publishing_correction
    FOR EACH ROW EXECUTE FUNCTION publishing_correction_guard();
"""

# A verdict stands on the rumour's exhibits once it is submitted, until a reviewer sends it back (then the newest
# version is a draft again); once published, for ever.
EVIDENCE = """
CREATE FUNCTION publishing_keep_evidence(about uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM rumours_rumour r WHERE r.id = about FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM publishing_article a
        WHERE a.rumour_id = about AND (
            EXISTS (SELECT 1 FROM publishing_publication p WHERE p.article_id = a.id)
            OR EXISTS (
                SELECT 1 FROM publishing_articleversion v
                WHERE v.article_id = a.id AND v.submitted_at IS NOT NULL
                AND NOT EXISTS (
                    SELECT 1 FROM publishing_articleversion later
                    WHERE later.article_id = a.id AND later.number > v.number
                )
            )
        )
    ) AND NOT publishing_has_independent_exhibit(about) THEN
        PERFORM publishing_refuse('a verdict stands on this exhibit: the last one that is not the publisher''s own');
    END IF;
END $$;

CREATE FUNCTION publishing_exhibit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM publishing_keep_evidence(OLD.rumour_id);
    RETURN NULL;
END $$;
CREATE TRIGGER publishing_exhibit_removed AFTER DELETE ON rumours_exhibit
    FOR EACH ROW EXECUTE FUNCTION publishing_exhibit_guard();
CREATE TRIGGER publishing_exhibit_moved AFTER UPDATE OF rumour_id, source_id ON rumours_exhibit
    FOR EACH ROW WHEN (OLD.rumour_id IS DISTINCT FROM NEW.rumour_id OR OLD.source_id IS DISTINCT FROM NEW.source_id)
    EXECUTE FUNCTION publishing_exhibit_guard();

CREATE FUNCTION publishing_source_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about uuid;
BEGIN
    FOR about IN SELECT DISTINCT e.rumour_id FROM rumours_exhibit e WHERE e.source_id = OLD.id ORDER BY e.rumour_id
    LOOP
        PERFORM publishing_keep_evidence(about);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER publishing_source_owned AFTER UPDATE OF is_own ON evidence_source
    FOR EACH ROW WHEN (NEW.is_own AND NOT OLD.is_own) EXECUTE FUNCTION publishing_source_guard();
"""

DROP = """
DROP TRIGGER publishing_source_owned ON evidence_source;
DROP TRIGGER publishing_exhibit_moved ON rumours_exhibit;
DROP TRIGGER publishing_exhibit_removed ON rumours_exhibit;
DROP TRIGGER publishing_correction_guard ON publishing_correction;
DROP TRIGGER publishing_article_guard ON publishing_article;
DROP TRIGGER publishing_publication_complete ON publishing_publication;
DROP TRIGGER publishing_publication_guard ON publishing_publication;
DROP TRIGGER publishing_review_guard ON publishing_review;
DROP TRIGGER publishing_editor_guard ON publishing_versioneditor;
DROP TRIGGER publishing_text_guard ON publishing_versiontext;
DROP TRIGGER publishing_version_guard ON publishing_articleversion;
DROP FUNCTION publishing_source_guard();
DROP FUNCTION publishing_exhibit_guard();
DROP FUNCTION publishing_keep_evidence(uuid);
DROP FUNCTION publishing_correction_guard();
DROP FUNCTION publishing_article_guard();
DROP FUNCTION publishing_publication_complete();
DROP FUNCTION publishing_publication_guard();
DROP FUNCTION publishing_review_guard();
DROP FUNCTION publishing_editor_guard();
DROP FUNCTION publishing_text_guard();
DROP FUNCTION publishing_version_guard();
DROP FUNCTION publishing_has_independent_exhibit(uuid);
DROP FUNCTION publishing_refuse(text);
"""

STATEMENTS = (REFUSE, HAS_INDEPENDENT, VERSION, TEXT, EDITOR, REVIEW, PUBLICATION, ARTICLE, CORRECTION, EVIDENCE)


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0003_public_version"),
        ("network", "0002_walls"),
        ("evidence", "0002_walls"),
        ("rumours", "0002_walls"),
    ]
    operations = [migrations.RunSQL(sql=[(text, None) for text in STATEMENTS], reverse_sql=[(DROP, None)])]
