DROP TABLE calendar_entries;
DROP INDEX jobs_dedupe;
ALTER TABLE jobs DROP COLUMN again;
ALTER TABLE jobs DROP COLUMN dedupe_key;
ALTER TABLE jobs DROP COLUMN priority;
