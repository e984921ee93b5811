-- Keys that seal what belongs to the installation and to no company.
CREATE TABLE installation_keys (
    id         uuid PRIMARY KEY,
    wrapped    bytea NOT NULL,
    active     boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX installation_keys_active ON installation_keys (active) WHERE active;

-- Who is signed in. The browser holds the secret, here stands its hash. stage says
-- how far the person has come: code waits for the second factor, enrolment for one
-- to be set up, full is signed in.
CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash         bytea NOT NULL UNIQUE,
    stage        text NOT NULL CHECK (stage IN ('code', 'enrolment', 'full')),
    address      text NOT NULL,
    agent        text NOT NULL,
    wrong_codes  integer NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- Seeds of one-time codes. last_step is the latest code that was used, so that
-- none opens twice; a seed that was never confirmed asks nobody for a code.
CREATE TABLE second_factors (
    user_id      uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seed_sealed  bytea NOT NULL,
    last_step    bigint NOT NULL,
    confirmed_at timestamptz,
    created_at   timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash       bytea NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- Links that let somebody choose a password once.
CREATE TABLE password_links (
    hash       bytea PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX password_links_user ON password_links (user_id);

-- How often signing in went wrong lately. The key is a hash of address and account,
-- or of the address alone; an account alone never is, so that no stranger can lock it.
CREATE TABLE sign_in_failures (
    key      bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);

-- People are of the installation: a company's transaction sees none of this.
DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['installation_keys', 'sessions', 'second_factors', 'recovery_codes',
        'password_links', 'sign_in_failures']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY platform ON %I TO %I USING (true)', guarded, askpro_role('platform'));
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', guarded, askpro_role('platform'));
    END LOOP;
END
$$;
