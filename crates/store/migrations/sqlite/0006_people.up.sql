-- Keys that seal what belongs to the installation and to no company.
CREATE TABLE installation_keys (
    id         text PRIMARY KEY,
    wrapped    blob NOT NULL,
    active     integer NOT NULL,
    created_at integer NOT NULL
) STRICT;
CREATE UNIQUE INDEX installation_keys_active ON installation_keys (active) WHERE active;

-- Who is signed in. The browser holds the secret, here stands its hash. stage says
-- how far the person has come: code waits for the second factor, enrolment for one
-- to be set up, full is signed in.
CREATE TABLE sessions (
    id           text PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         blob NOT NULL UNIQUE,
    stage        text NOT NULL CHECK (stage IN ('code', 'enrolment', 'full')),
    address      text NOT NULL,
    agent        text NOT NULL,
    wrong_codes  integer NOT NULL,
    created_at   integer NOT NULL,
    last_seen_at integer NOT NULL,
    expires_at   integer NOT NULL,
    revoked_at   integer
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Seeds of one-time codes. last_step is the latest code that was used, so that
-- none opens twice; a seed that was never confirmed asks nobody for a code.
CREATE TABLE second_factors (
    user_id      text PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seed_sealed  blob NOT NULL,
    last_step    integer NOT NULL,
    confirmed_at integer,
    created_at   integer NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash       blob NOT NULL,
    used_at    integer,
    created_at integer NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- Links that let somebody choose a password once.
CREATE TABLE password_links (
    hash       blob PRIMARY KEY,
    user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    expires_at integer NOT NULL,
    used_at    integer,
    created_at integer NOT NULL
) STRICT;
CREATE INDEX password_links_user ON password_links (user_id);

-- How often signing in went wrong lately. The key is a hash of address and account,
-- or of the address alone; an account alone never is, so that no stranger can lock it.
CREATE TABLE sign_in_failures (
    key      blob PRIMARY KEY,
    failures integer NOT NULL,
    last_at  integer NOT NULL
) STRICT;
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);
