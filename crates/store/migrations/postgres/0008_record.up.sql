-- The record's chain: one per company and one for the installation (the nil UUID).
-- Entries are linked after the transaction that wrote them, by one linker at a
-- time; what still waits for it stands in audit_unlinked.
CREATE TABLE audit_links (
    chain      uuid NOT NULL,
    seq        bigint NOT NULL CHECK (seq > 0),
    company_id uuid REFERENCES companies (id) ON DELETE RESTRICT,
    audit_id   uuid NOT NULL UNIQUE REFERENCES audit (id) ON DELETE RESTRICT,
    -- Whether the entry carried this program's stamp when it was linked.
    vouched    boolean NOT NULL,
    link       bytea NOT NULL,
    linked_at  timestamptz NOT NULL,
    PRIMARY KEY (chain, seq),
    UNIQUE (company_id, audit_id)
);

CREATE TABLE audit_unlinked (
    audit_id uuid PRIMARY KEY REFERENCES audit (id) ON DELETE RESTRICT
);
INSERT INTO audit_unlinked SELECT id FROM audit;

-- As the owner, so that the pool's roles need no right on what waits.
CREATE FUNCTION askpro_await_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO audit_unlinked VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_awaits_its_link AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION askpro_await_link();

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION askpro_await_link() SET search_path = %I, pg_temp', current_schema());
    -- Links are added and read, never changed.
    CALL askpro_guard('audit_links', 'company_id');
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON audit_links FROM %I', askpro_role('app'));
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_links FROM %I', askpro_role('platform'));
    ALTER TABLE audit_unlinked ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY platform ON audit_unlinked TO %I USING (true)', askpro_role('platform'));
    EXECUTE format('GRANT SELECT, DELETE ON audit_unlinked TO %I', askpro_role('platform'));
END
$$;
