-- A key per customer for what is personal: destroying it is erasing them.
CREATE TABLE customer_keys (
    id          text PRIMARY KEY,
    company_id  text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    customer_id text NOT NULL,
    wrapped     blob NOT NULL,
    created_at  integer NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX customer_keys_customer ON customer_keys (company_id, customer_id);

-- The key before the last change still signs until then. When a key was last
-- used is written now and then, not at every use.
ALTER TABLE connections ADD COLUMN previous_key_sealed blob;
ALTER TABLE connections ADD COLUMN previous_webhook_secret_sealed blob;
ALTER TABLE connections ADD COLUMN previous_until integer;
ALTER TABLE connections ADD COLUMN last_used_at integer;
