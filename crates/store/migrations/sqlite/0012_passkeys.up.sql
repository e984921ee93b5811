-- Passkeys as a second factor: public keys only, so there is nothing to seal.
-- counter is what the authenticator counted last; many count nothing and say 0.
CREATE TABLE passkeys (
    id            text PRIMARY KEY,
    user_id       text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential    blob NOT NULL UNIQUE,
    public_key    blob NOT NULL,
    counter       integer NOT NULL,
    name          text NOT NULL,
    created_at    integer NOT NULL,
    last_used_at  integer
) STRICT;
CREATE INDEX passkeys_user ON passkeys (user_id);
