-- The record's chain: one per company and one for the installation (the nil UUID).
-- Entries are linked after the transaction that wrote them, by one linker at a
-- time; what still waits for it stands in audit_unlinked.
CREATE TABLE audit_links (
    chain      text NOT NULL,
    seq        integer NOT NULL CHECK (seq > 0),
    company_id text REFERENCES companies (id) ON DELETE RESTRICT,
    audit_id   text NOT NULL UNIQUE REFERENCES audit (id) ON DELETE RESTRICT,
    -- Whether the entry carried this program's stamp when it was linked.
    vouched    integer NOT NULL,
    link       blob NOT NULL,
    linked_at  integer NOT NULL,
    PRIMARY KEY (chain, seq),
    UNIQUE (company_id, audit_id)
) STRICT;

CREATE TABLE audit_unlinked (
    audit_id text PRIMARY KEY REFERENCES audit (id) ON DELETE RESTRICT
) STRICT;
INSERT INTO audit_unlinked SELECT id FROM audit;

CREATE TRIGGER audit_awaits_its_link AFTER INSERT ON audit
BEGIN
    INSERT INTO audit_unlinked VALUES (NEW.id);
END;
CREATE TRIGGER audit_links_no_update BEFORE UPDATE ON audit_links
BEGIN
    SELECT RAISE(ABORT, 'audit_is_append_only');
END;
CREATE TRIGGER audit_links_no_delete BEFORE DELETE ON audit_links
BEGIN
    SELECT RAISE(ABORT, 'audit_is_append_only');
END;
