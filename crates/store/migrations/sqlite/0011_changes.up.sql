-- What people and programs change by hand.

-- When a branch is open: where it says nothing, whenever its people work.
ALTER TABLE branches ADD COLUMN hours text CHECK (json_valid(hours));
ALTER TABLE branches ADD COLUMN exceptions text NOT NULL DEFAULT '[]' CHECK (json_valid(exceptions));

-- Who has taken a task over, and what came of it.
ALTER TABLE tasks ADD COLUMN taken_by text;
ALTER TABLE tasks ADD COLUMN outcome text;
ALTER TABLE tasks ADD COLUMN outcome_sealed blob;
ALTER TABLE tasks ADD COLUMN ended_at integer;

-- What an appointment goes back to where its last change is taken back in time.
ALTER TABLE appointments ADD COLUMN undo text CHECK (json_valid(undo));

-- What a token may do of what its person may; absent is everything.
ALTER TABLE tokens ADD COLUMN scopes text CHECK (json_valid(scopes));

-- Two records of one person become one. The other stays, to be found again where
-- that was a mistake.
ALTER TABLE customers ADD COLUMN merged_into text;

CREATE TABLE customer_merges (
    id           text PRIMARY KEY,
    company_id   text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kept_id      text NOT NULL,
    merged_id    text NOT NULL,
    appointments text NOT NULL,
    filled       text NOT NULL,
    created_at   integer NOT NULL,
    undone_at    integer,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, kept_id) REFERENCES customers (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, merged_id) REFERENCES customers (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX customer_merges_kept ON customer_merges (company_id, kept_id);
CREATE INDEX customer_merges_merged ON customer_merges (company_id, merged_id);

-- Answers to requests that carried a key of their own, for a day.
CREATE TABLE request_keys (
    company_id    text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    principal     text NOT NULL,
    key           text NOT NULL,
    fingerprint   blob NOT NULL,
    answer_sealed blob,
    created_at    integer NOT NULL,
    PRIMARY KEY (company_id, principal, key)
) STRICT;
CREATE INDEX request_keys_created ON request_keys (created_at);

-- How many requests came lately, by a hash of who sent them, on all replicas together.
CREATE TABLE request_counts (
    key      blob NOT NULL,
    minute   integer NOT NULL,
    requests integer NOT NULL,
    PRIMARY KEY (key, minute)
) STRICT;
CREATE INDEX request_counts_minute ON request_counts (minute);
