DROP TABLE wrong_references;
DROP TABLE call_identities;
ALTER TABLE appointments DROP COLUMN moved_from;
ALTER TABLE services DROP COLUMN policy;
ALTER TABLE branches DROP COLUMN policy;
