-- Which role carries which permission, as `askpro seed permissions` knew it last,
-- and what a person took away from a role everywhere.
CREATE TABLE role_permissions (
    role        text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    permission  text NOT NULL,
    narrowed_at timestamptz,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (role, permission)
);

-- What a person took away from a role in one company.
CREATE TABLE narrowed_rights (
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    permission text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, role, permission)
);

CALL askpro_guard('narrowed_rights', 'company_id');

-- Roles are of the installation: a company's transaction sees none of this.
DO $$
BEGIN
    ALTER TABLE role_permissions ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY platform ON role_permissions TO %I USING (true)', askpro_role('platform'));
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON role_permissions TO %I', askpro_role('platform'));
END
$$;
