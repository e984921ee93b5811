-- Mails that must still leave. What a mail says is sealed and taken away once it
-- has left or was given up; a row without a company is the installation's.
CREATE TABLE mails (
    id             text PRIMARY KEY,
    company_id     text REFERENCES companies (id) ON DELETE CASCADE,
    kind           text NOT NULL CHECK (kind IN ('invitation', 'reset', 'letter')),
    payload_sealed blob,
    status         text NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'failed', 'dead')),
    attempts       integer NOT NULL,
    due_at         integer NOT NULL,
    leased_by      text,
    leased_until   integer,
    last_error     text,
    created_at     integer NOT NULL,
    updated_at     integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE status IN ('queued', 'leased', 'failed');
CREATE INDEX mails_over ON mails (updated_at) WHERE status IN ('done', 'dead');
