-- Companies, their people and services, appointments and what they occupy,
-- what arrived, what must still be done, and the record of it.
--
-- Every table of a company carries company_id and UNIQUE (company_id, id); every
-- reference between such tables carries the company too. Row-level security
-- repeats the same wall for the roles that the pool works as.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE installation (
    one               boolean PRIMARY KEY DEFAULT true CHECK (one),
    id                uuid NOT NULL,
    environment       text NOT NULL CHECK (environment IN ('production', 'staging', 'demo', 'scratch')),
    created_at        timestamptz NOT NULL,
    schema_version    integer NOT NULL,
    zone_data_version text NOT NULL
);

CREATE TABLE companies (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    language   text NOT NULL CHECK (language IN ('de', 'en')),
    settings   jsonb NOT NULL,
    active     boolean NOT NULL,
    revision   integer NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE data_keys (
    id         uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    wrapped    bytea NOT NULL,
    active     boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (company_id, id)
);
CREATE UNIQUE INDEX data_keys_active ON data_keys (company_id) WHERE active;

CREATE TABLE branches (
    id         uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name       text NOT NULL,
    zone       text NOT NULL,
    language   text NOT NULL CHECK (language IN ('de', 'en')),
    phone      text,
    address    text,
    active     boolean NOT NULL,
    revision   integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (company_id, id)
);

CREATE TABLE resources (
    id         uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id  uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('person', 'room', 'device')),
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE
);
CREATE INDEX resources_branch ON resources (company_id, branch_id);

-- A person is a resource: the same id stands in both.
CREATE TABLE staff (
    id         uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id  uuid NOT NULL,
    name       text NOT NULL,
    hours      jsonb NOT NULL,
    overrides  jsonb NOT NULL,
    active     boolean NOT NULL,
    revision   integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, id) REFERENCES resources (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE
);
CREATE INDEX staff_branch ON staff (company_id, branch_id);

CREATE TABLE connections (
    id         text PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('retell', 'calcom')),
    name       text NOT NULL,
    key_sealed bytea NOT NULL,
    key_hint   text NOT NULL,
    settings   jsonb NOT NULL,
    active     boolean NOT NULL,
    revision   integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (company_id, id)
);

CREATE TABLE services (
    id                    uuid PRIMARY KEY,
    company_id            uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id             uuid NOT NULL,
    name                  text NOT NULL,
    synonyms              jsonb NOT NULL,
    price_cents           bigint,
    currency              text NOT NULL CHECK (length(currency) = 3),
    segments              jsonb NOT NULL,
    buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes >= 0),
    slot_interval_minutes integer NOT NULL CHECK (slot_interval_minutes > 0),
    min_notice_minutes    integer NOT NULL CHECK (min_notice_minutes >= 0),
    booking_horizon_days  integer NOT NULL CHECK (booking_horizon_days >= 0),
    calendar              text NOT NULL CHECK (calendar IN ('own', 'calcom')),
    connection_id         text,
    event_type_id         bigint,
    active                boolean NOT NULL,
    revision              integer NOT NULL,
    created_at            timestamptz NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE RESTRICT,
    CHECK (calendar = 'own' OR (connection_id IS NOT NULL AND event_type_id IS NOT NULL))
);
CREATE INDEX services_branch ON services (company_id, branch_id);
CREATE INDEX services_connection ON services (company_id, connection_id) WHERE connection_id IS NOT NULL;

CREATE TABLE service_staff (
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    service_id uuid NOT NULL,
    staff_id   uuid NOT NULL,
    PRIMARY KEY (company_id, service_id, staff_id),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE CASCADE
);
CREATE INDEX service_staff_staff ON service_staff (company_id, staff_id);

CREATE TABLE customers (
    id         uuid PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name       text NOT NULL,
    phone      text,
    email      text,
    revision   integer NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (company_id, id)
);
-- With the id, so that the newest of a number are read from the index alone.
CREATE INDEX customers_phone ON customers (company_id, phone, id) WHERE phone IS NOT NULL;

-- What was agreed is the local time in the zone; starts_at and ends_at are
-- derived from it with the zone data of zone_data_version.
CREATE TABLE appointments (
    id                uuid PRIMARY KEY,
    company_id        uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id         uuid NOT NULL,
    service_id        uuid NOT NULL,
    staff_id          uuid NOT NULL,
    customer_id       uuid NOT NULL,
    reference         text NOT NULL,
    status            text NOT NULL
        CHECK (status IN ('provisional', 'confirmed', 'cancelled', 'refused', 'completed', 'no_show')),
    local_start       text NOT NULL,
    zone              text NOT NULL,
    zone_data_version text NOT NULL,
    starts_at         timestamptz NOT NULL,
    ends_at           timestamptz NOT NULL,
    calendar          text NOT NULL CHECK (calendar IN ('own', 'calcom')),
    calendar_uid      text,
    connection_id     text,
    provider_call_id  text,
    notes_sealed      bytea,
    revision          integer NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, reference),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE RESTRICT,
    CHECK (ends_at > starts_at)
);
CREATE INDEX appointments_start ON appointments (company_id, starts_at);
CREATE INDEX appointments_staff ON appointments (company_id, staff_id, starts_at);
CREATE INDEX appointments_customer ON appointments (company_id, customer_id);
CREATE INDEX appointments_service ON appointments (company_id, service_id);
CREATE INDEX appointments_branch ON appointments (company_id, branch_id);
CREATE INDEX appointments_call ON appointments (company_id, connection_id, provider_call_id)
    WHERE provider_call_id IS NOT NULL;

-- The pieces of time that are taken. Two pieces of one resource never overlap,
-- except for external ones (other calendars, a walk-in), which only count
-- against availability.
CREATE TABLE occupancy (
    id             uuid PRIMARY KEY,
    company_id     uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    resource_id    uuid NOT NULL,
    appointment_id uuid,
    kind           text NOT NULL CHECK (kind IN ('appointment', 'hold', 'external')),
    from_at        timestamptz NOT NULL,
    to_at          timestamptz NOT NULL,
    expires_at     timestamptz,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, resource_id) REFERENCES resources (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE,
    CHECK (to_at > from_at),
    -- A longer stretch is stored in pieces, so that what is taken at a moment is
    -- found by looking back no further than this.
    CHECK (to_at - from_at <= interval '31 days'),
    CHECK (kind <> 'appointment' OR appointment_id IS NOT NULL),
    CHECK (expires_at IS NULL OR kind = 'hold'),
    CONSTRAINT occupancy_no_overlap
        EXCLUDE USING gist (resource_id WITH =, tstzrange(from_at, to_at) WITH &&) WHERE (kind <> 'external')
);
-- Asked by bounds: under row-level security the gist index cannot be searched by range.
CREATE INDEX occupancy_resource ON occupancy (company_id, resource_id, from_at);
CREATE INDEX occupancy_appointment ON occupancy (company_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- The stored answer to a function call, under what identifies a repetition of it.
CREATE TABLE answers (
    company_id     uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    key            text NOT NULL,
    settled        boolean NOT NULL,
    answer_sealed  bytea,
    appointment_id uuid,
    effect_stands  boolean NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (company_id, key),
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE
);
CREATE INDEX answers_appointment ON answers (company_id, appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX answers_created ON answers (created_at);

-- The outbox: a job is written in the transaction that causes it.
CREATE TABLE jobs (
    id             uuid PRIMARY KEY,
    company_id     uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind           text NOT NULL,
    subject_id     uuid,
    payload_sealed bytea,
    status         text NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'failed', 'dead')),
    attempts       integer NOT NULL,
    due_at         timestamptz NOT NULL,
    leased_by      text,
    leased_until   timestamptz,
    last_error     text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    UNIQUE (company_id, id)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE status IN ('queued', 'leased', 'failed');
CREATE INDEX jobs_subject ON jobs (company_id, subject_id) WHERE subject_id IS NOT NULL;

CREATE TABLE deliveries (
    id             uuid PRIMARY KEY,
    company_id     uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id  text NOT NULL,
    event          text NOT NULL,
    fingerprint    text NOT NULL,
    payload_sealed bytea NOT NULL,
    status         text NOT NULL CHECK (status IN ('received', 'processed', 'ignored', 'dead')),
    repeats        integer NOT NULL,
    received_at    timestamptz NOT NULL,
    processed_at   timestamptz,
    UNIQUE (company_id, id),
    UNIQUE (company_id, connection_id, fingerprint),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE
);
CREATE INDEX deliveries_received ON deliveries (company_id, received_at);

CREATE TABLE tasks (
    id             uuid PRIMARY KEY,
    company_id     uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id      uuid,
    kind           text NOT NULL,
    appointment_id uuid,
    note_sealed    bytea,
    status         text NOT NULL CHECK (status IN ('open', 'done')),
    due_at         timestamptz NOT NULL,
    revision       integer NOT NULL,
    created_at     timestamptz NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE
);
CREATE INDEX tasks_due ON tasks (company_id, status, due_at);
CREATE INDEX tasks_branch ON tasks (company_id, branch_id) WHERE branch_id IS NOT NULL;
CREATE INDEX tasks_appointment ON tasks (company_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- What was changed, by whom. Rows are only ever added.
CREATE TABLE audit (
    id          uuid PRIMARY KEY,
    company_id  uuid REFERENCES companies (id) ON DELETE RESTRICT,
    at          timestamptz NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail_sealed bytea,
    row_hash    bytea NOT NULL,
    UNIQUE (company_id, id)
);
CREATE INDEX audit_subject ON audit (company_id, subject);

-- People belong to the installation; memberships say where they may do what.
CREATE TABLE users (
    id            uuid PRIMARY KEY,
    email         text NOT NULL UNIQUE,
    name          text NOT NULL,
    password_hash text NOT NULL,
    active        boolean NOT NULL,
    revision      integer NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE TABLE memberships (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    company_id uuid REFERENCES companies (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    staff_id   uuid,
    created_at timestamptz NOT NULL,
    CHECK ((role = 'super_admin') = (company_id IS NULL)),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE SET NULL (staff_id)
);
CREATE UNIQUE INDEX memberships_company ON memberships (user_id, company_id) WHERE company_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_platform ON memberships (user_id) WHERE company_id IS NULL;
CREATE INDEX memberships_of_company ON memberships (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX memberships_staff ON memberships (company_id, staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE tokens (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL,
    hash         bytea NOT NULL UNIQUE,
    hint         text NOT NULL,
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    created_at   timestamptz NOT NULL
);
CREATE INDEX tokens_user ON tokens (user_id);

-- The second wall. The pool works as one of two roles that cannot log in:
-- …_app sees the company that the transaction has set and nothing else;
-- …_platform sees all, for the few calls that name their reason.
CREATE FUNCTION askpro_role(kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN octet_length('askpro_' || current_database() || '_' || kind) <= 63
        THEN 'askpro_' || current_database() || '_' || kind
        ELSE 'askpro_' || left(current_database(), 28) || '_'
             || left(encode(sha256(convert_to(current_database(), 'UTF8')), 'hex'), 12) || '_' || kind
    END
$$;

CREATE PROCEDURE askpro_guard(guarded regclass, column_name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', guarded);
    EXECUTE format(
        'CREATE POLICY company ON %s TO %I USING (%I = (SELECT nullif(current_setting(''askpro.company'', true), '''')::uuid))',
        guarded, askpro_role('app'), column_name);
    EXECUTE format('CREATE POLICY platform ON %s TO %I USING (true)', guarded, askpro_role('platform'));
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I, %I',
        guarded, askpro_role('app'), askpro_role('platform'));
END
$$;

DO $$
DECLARE
    kind text;
    guarded text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['app', 'platform'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = askpro_role(kind)) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', askpro_role(kind));
        END IF;
        EXECUTE format('GRANT %I TO CURRENT_USER', askpro_role(kind));
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), askpro_role(kind));
        EXECUTE format('GRANT SELECT ON installation TO %I', askpro_role(kind));
    END LOOP;
    CALL askpro_guard('companies', 'id');
    FOREACH guarded IN ARRAY ARRAY['data_keys', 'branches', 'resources', 'staff', 'connections', 'services',
        'service_staff', 'customers', 'appointments', 'occupancy', 'answers', 'jobs', 'deliveries', 'tasks',
        'memberships']
    LOOP
        CALL askpro_guard(guarded::regclass, 'company_id');
    END LOOP;
    -- People and their tokens are of the installation: a company's transaction sees none.
    FOREACH guarded IN ARRAY ARRAY['users', 'tokens'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY platform ON %I TO %I USING (true)', guarded, askpro_role('platform'));
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', guarded, askpro_role('platform'));
    END LOOP;
    -- The record is added to and read, never changed.
    CALL askpro_guard('audit', 'company_id');
    EXECUTE format('REVOKE UPDATE, DELETE ON audit FROM %I, %I', askpro_role('app'), askpro_role('platform'));
END
$$;
