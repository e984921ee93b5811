ALTER TABLE appointments DROP COLUMN series_id;
ALTER TABLE appointments DROP COLUMN recurrence_rule;
