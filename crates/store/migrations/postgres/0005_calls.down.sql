DROP TABLE function_calls;
DROP TABLE calls;
ALTER TABLE connections DROP COLUMN webhook_secret_sealed;
DROP TABLE phone_numbers;
