-- Urgent jobs go first. A job with a key is there once: whoever wants it again
-- while somebody does it makes it run once more.
ALTER TABLE jobs ADD COLUMN priority integer NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN dedupe_key text;
ALTER TABLE jobs ADD COLUMN again boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX jobs_dedupe ON jobs (company_id, dedupe_key)
    WHERE dedupe_key IS NOT NULL AND status IN ('queued', 'leased', 'failed');

-- What others put into a calendar of Cal.com, and whose time it takes. The piece
-- of occupancy has the same id.
CREATE TABLE calendar_entries (
    id            uuid PRIMARY KEY,
    company_id    uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id text NOT NULL,
    uid           text NOT NULL,
    staff_id      uuid NOT NULL,
    from_at       timestamptz NOT NULL,
    to_at         timestamptz NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, connection_id, uid),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE CASCADE,
    CHECK (to_at > from_at)
);
CREATE INDEX calendar_entries_staff ON calendar_entries (company_id, staff_id);

DO $$
BEGIN
    CALL askpro_guard('calendar_entries'::regclass, 'company_id');
END
$$;
