-- Passkeys as a second factor: public keys only, so there is nothing to seal.
-- counter is what the authenticator counted last; many count nothing and say 0.
CREATE TABLE passkeys (
    id            uuid PRIMARY KEY,
    user_id       uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential    bytea NOT NULL UNIQUE,
    public_key    bytea NOT NULL,
    counter       bigint NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz
);
CREATE INDEX passkeys_user ON passkeys (user_id);

-- People are of the installation: a company's transaction sees none of this.
DO $$
BEGIN
    ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY platform ON passkeys TO %I USING (true)', askpro_role('platform'));
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO %I', askpro_role('platform'));
END
$$;
