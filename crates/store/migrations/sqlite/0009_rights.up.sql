-- Which role carries which permission, as `askpro seed permissions` knew it last,
-- and what a person took away from a role everywhere.
CREATE TABLE role_permissions (
    role        text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    permission  text NOT NULL,
    narrowed_at integer,
    created_at  integer NOT NULL,
    PRIMARY KEY (role, permission)
) STRICT;

-- What a person took away from a role in one company.
CREATE TABLE narrowed_rights (
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    permission text NOT NULL,
    created_at integer NOT NULL,
    PRIMARY KEY (company_id, role, permission)
) STRICT;
