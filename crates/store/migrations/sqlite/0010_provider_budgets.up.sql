-- Requests to a provider that were leased, by connection and slice of time: every
-- process that uses a key counts here.
CREATE TABLE request_windows (
    company_id    text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id text NOT NULL,
    began_at      integer NOT NULL,
    leased        integer NOT NULL CHECK (leased >= 0),
    PRIMARY KEY (company_id, connection_id, began_at),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE
) STRICT;

-- What went wrong and somebody should know. One about a subject is open at a time.
CREATE TABLE incidents (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind       text NOT NULL,
    subject    text NOT NULL,
    detail     text NOT NULL,
    times      integer NOT NULL CHECK (times > 0),
    opened_at  integer NOT NULL,
    closed_at  integer,
    revision   integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (company_id, kind, subject) WHERE closed_at IS NULL;
CREATE INDEX incidents_opened ON incidents (company_id, opened_at);
