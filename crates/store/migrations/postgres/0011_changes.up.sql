-- What people and programs change by hand.

-- When a branch is open: where it says nothing, whenever its people work.
ALTER TABLE branches ADD COLUMN hours jsonb;
ALTER TABLE branches ADD COLUMN exceptions jsonb NOT NULL DEFAULT '[]';

-- Who has taken a task over, and what came of it.
ALTER TABLE tasks ADD COLUMN taken_by uuid;
ALTER TABLE tasks ADD COLUMN outcome text;
ALTER TABLE tasks ADD COLUMN outcome_sealed bytea;
ALTER TABLE tasks ADD COLUMN ended_at timestamptz;

-- What an appointment goes back to where its last change is taken back in time.
ALTER TABLE appointments ADD COLUMN undo jsonb;

-- What a token may do of what its person may; absent is everything.
ALTER TABLE tokens ADD COLUMN scopes jsonb;

-- Two records of one person become one. The other stays, to be found again where
-- that was a mistake.
ALTER TABLE customers ADD COLUMN merged_into uuid;

CREATE TABLE customer_merges (
    id           uuid PRIMARY KEY,
    company_id   uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kept_id      uuid NOT NULL,
    merged_id    uuid NOT NULL,
    appointments jsonb NOT NULL,
    filled       jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    undone_at    timestamptz,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, kept_id) REFERENCES customers (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, merged_id) REFERENCES customers (company_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_merges_kept ON customer_merges (company_id, kept_id);
CREATE INDEX customer_merges_merged ON customer_merges (company_id, merged_id);
CALL askpro_guard('customer_merges', 'company_id');

-- Answers to requests that carried a key of their own, for a day.
CREATE TABLE request_keys (
    company_id    uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    principal     text NOT NULL,
    key           text NOT NULL,
    fingerprint   bytea NOT NULL,
    answer_sealed bytea,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (company_id, principal, key)
);
CREATE INDEX request_keys_created ON request_keys (created_at);
CALL askpro_guard('request_keys', 'company_id');

-- How many requests came lately, by a hash of who sent them, on all replicas together.
CREATE TABLE request_counts (
    key      bytea NOT NULL,
    minute   bigint NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (key, minute)
);
CREATE INDEX request_counts_minute ON request_counts (minute);

DO $$
BEGIN
    ALTER TABLE request_counts ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY platform ON request_counts TO %I USING (true)', askpro_role('platform'));
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON request_counts TO %I', askpro_role('platform'));
END
$$;
