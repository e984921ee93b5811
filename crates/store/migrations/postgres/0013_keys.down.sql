ALTER TABLE connections DROP COLUMN last_used_at;
ALTER TABLE connections DROP COLUMN previous_until;
ALTER TABLE connections DROP COLUMN previous_webhook_secret_sealed;
ALTER TABLE connections DROP COLUMN previous_key_sealed;
DROP TABLE customer_keys;
