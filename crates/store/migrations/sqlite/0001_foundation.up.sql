-- Companies, their people and services, appointments and what they occupy,
-- what arrived, what must still be done, and the record of it.
--
-- Every table of a company carries company_id and UNIQUE (company_id, id); every
-- reference between such tables carries the company too. It is the
-- one wall here: SQLite has no roles.

CREATE TABLE installation (
    one               integer PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    id                text NOT NULL,
    environment       text NOT NULL CHECK (environment IN ('production', 'staging', 'demo', 'scratch')),
    created_at        integer NOT NULL,
    schema_version    integer NOT NULL,
    zone_data_version text NOT NULL
) STRICT;

CREATE TABLE companies (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    language   text NOT NULL CHECK (language IN ('de', 'en')),
    settings   text NOT NULL,
    active     integer NOT NULL,
    revision   integer NOT NULL,
    created_at integer NOT NULL
) STRICT;

CREATE TABLE data_keys (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    wrapped    blob NOT NULL,
    active     integer NOT NULL,
    created_at integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE UNIQUE INDEX data_keys_active ON data_keys (company_id) WHERE active = 1;

CREATE TABLE branches (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name       text NOT NULL,
    zone       text NOT NULL,
    language   text NOT NULL CHECK (language IN ('de', 'en')),
    phone      text,
    address    text,
    active     integer NOT NULL,
    revision   integer NOT NULL,
    created_at integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;

CREATE TABLE resources (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id  text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('person', 'room', 'device')),
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX resources_branch ON resources (company_id, branch_id);

-- A person is a resource: the same id stands in both.
CREATE TABLE staff (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id  text NOT NULL,
    name       text NOT NULL,
    hours      text NOT NULL,
    overrides  text NOT NULL,
    active     integer NOT NULL,
    revision   integer NOT NULL,
    created_at integer NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, id) REFERENCES resources (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX staff_branch ON staff (company_id, branch_id);

CREATE TABLE connections (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind       text NOT NULL CHECK (kind IN ('retell', 'calcom')),
    name       text NOT NULL,
    key_sealed blob NOT NULL,
    key_hint   text NOT NULL,
    settings   text NOT NULL,
    active     integer NOT NULL,
    revision   integer NOT NULL,
    created_at integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;

CREATE TABLE services (
    id                    text PRIMARY KEY,
    company_id            text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id             text NOT NULL,
    name                  text NOT NULL,
    synonyms              text NOT NULL,
    price_cents           integer,
    currency              text NOT NULL CHECK (length(currency) = 3),
    segments              text NOT NULL,
    buffer_before_minutes integer NOT NULL CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes  integer NOT NULL CHECK (buffer_after_minutes >= 0),
    slot_interval_minutes integer NOT NULL CHECK (slot_interval_minutes > 0),
    min_notice_minutes    integer NOT NULL CHECK (min_notice_minutes >= 0),
    booking_horizon_days  integer NOT NULL CHECK (booking_horizon_days >= 0),
    calendar              text NOT NULL CHECK (calendar IN ('own', 'calcom')),
    connection_id         text,
    event_type_id         integer,
    active                integer NOT NULL,
    revision              integer NOT NULL,
    created_at            integer NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE RESTRICT,
    CHECK (calendar = 'own' OR (connection_id IS NOT NULL AND event_type_id IS NOT NULL))
) STRICT;
CREATE INDEX services_branch ON services (company_id, branch_id);
CREATE INDEX services_connection ON services (company_id, connection_id) WHERE connection_id IS NOT NULL;

CREATE TABLE service_staff (
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    service_id text NOT NULL,
    staff_id   text NOT NULL,
    PRIMARY KEY (company_id, service_id, staff_id),
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX service_staff_staff ON service_staff (company_id, staff_id);

CREATE TABLE customers (
    id         text PRIMARY KEY,
    company_id text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name       text NOT NULL,
    phone      text,
    email      text,
    revision   integer NOT NULL,
    created_at integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
-- With the id, so that the newest of a number are read from the index alone.
CREATE INDEX customers_phone ON customers (company_id, phone, id) WHERE phone IS NOT NULL;

-- What was agreed is the local time in the zone; starts_at and ends_at are
-- derived from it with the zone data of zone_data_version.
CREATE TABLE appointments (
    id                text PRIMARY KEY,
    company_id        text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id         text NOT NULL,
    service_id        text NOT NULL,
    staff_id          text NOT NULL,
    customer_id       text NOT NULL,
    reference         text NOT NULL,
    status            text NOT NULL
        CHECK (status IN ('provisional', 'confirmed', 'cancelled', 'refused', 'completed', 'no_show')),
    local_start       text NOT NULL,
    zone              text NOT NULL,
    zone_data_version text NOT NULL,
    starts_at         integer NOT NULL,
    ends_at           integer NOT NULL,
    calendar          text NOT NULL CHECK (calendar IN ('own', 'calcom')),
    calendar_uid      text,
    connection_id     text,
    provider_call_id  text,
    notes_sealed      blob,
    revision          integer NOT NULL,
    created_at        integer NOT NULL,
    updated_at        integer NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, reference),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, service_id) REFERENCES services (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE RESTRICT,
    CHECK (ends_at > starts_at)
) STRICT;
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
    id             text PRIMARY KEY,
    company_id     text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    resource_id    text NOT NULL,
    appointment_id text,
    kind           text NOT NULL CHECK (kind IN ('appointment', 'hold', 'external')),
    from_at        integer NOT NULL,
    to_at          integer NOT NULL,
    expires_at     integer,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, resource_id) REFERENCES resources (company_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE,
    CHECK (to_at > from_at),
    -- A longer stretch is stored in pieces, so that what is taken at a moment is
    -- found by looking back no further than this.
    CHECK (to_at - from_at <= 2678400000000),
    CHECK (kind <> 'appointment' OR appointment_id IS NOT NULL),
    CHECK (expires_at IS NULL OR kind = 'hold')
) STRICT;
CREATE INDEX occupancy_resource ON occupancy (company_id, resource_id, from_at);
-- Covers the question of the triggers below: the greatest start before my end,
-- and when that piece ends. Because pieces never overlap, no earlier piece can
-- end later than it does.
CREATE INDEX occupancy_taken ON occupancy (resource_id, from_at, to_at) WHERE kind <> 'external';

CREATE TRIGGER occupancy_no_overlap_insert BEFORE INSERT ON occupancy
WHEN new.kind <> 'external' AND new.from_at < (
    SELECT to_at FROM occupancy
    WHERE resource_id = new.resource_id AND kind <> 'external' AND from_at < new.to_at
    ORDER BY from_at DESC LIMIT 1)
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;

CREATE TRIGGER occupancy_no_overlap_update BEFORE UPDATE OF id, resource_id, kind, from_at, to_at ON occupancy
WHEN new.kind <> 'external' AND new.from_at < (
    SELECT to_at FROM occupancy
    WHERE resource_id = new.resource_id AND kind <> 'external' AND from_at < new.to_at AND id <> old.id
    ORDER BY from_at DESC LIMIT 1)
BEGIN
    SELECT RAISE(ABORT, 'occupancy_no_overlap');
END;
CREATE INDEX occupancy_appointment ON occupancy (company_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- The stored answer to a function call, under what identifies a repetition of it.
CREATE TABLE answers (
    company_id     text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    key            text NOT NULL,
    settled        integer NOT NULL,
    answer_sealed  blob,
    appointment_id text,
    effect_stands  integer NOT NULL,
    created_at     integer NOT NULL,
    PRIMARY KEY (company_id, key),
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX answers_appointment ON answers (company_id, appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX answers_created ON answers (created_at);

-- The outbox: a job is written in the transaction that causes it.
CREATE TABLE jobs (
    id             text PRIMARY KEY,
    company_id     text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    kind           text NOT NULL,
    subject_id     text,
    payload_sealed blob,
    status         text NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'failed', 'dead')),
    attempts       integer NOT NULL,
    due_at         integer NOT NULL,
    leased_by      text,
    leased_until   integer,
    last_error     text,
    created_at     integer NOT NULL,
    updated_at     integer NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at) WHERE status IN ('queued', 'leased', 'failed');
CREATE INDEX jobs_subject ON jobs (company_id, subject_id) WHERE subject_id IS NOT NULL;

CREATE TABLE deliveries (
    id             text PRIMARY KEY,
    company_id     text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id  text NOT NULL,
    event          text NOT NULL,
    fingerprint    text NOT NULL,
    payload_sealed blob NOT NULL,
    status         text NOT NULL CHECK (status IN ('received', 'processed', 'ignored', 'dead')),
    repeats        integer NOT NULL,
    received_at    integer NOT NULL,
    processed_at   integer,
    UNIQUE (company_id, id),
    UNIQUE (company_id, connection_id, fingerprint),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX deliveries_received ON deliveries (company_id, received_at);

CREATE TABLE tasks (
    id             text PRIMARY KEY,
    company_id     text NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    branch_id      text,
    kind           text NOT NULL,
    appointment_id text,
    note_sealed    blob,
    status         text NOT NULL CHECK (status IN ('open', 'done')),
    due_at         integer NOT NULL,
    revision       integer NOT NULL,
    created_at     integer NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, appointment_id) REFERENCES appointments (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX tasks_due ON tasks (company_id, status, due_at);
CREATE INDEX tasks_branch ON tasks (company_id, branch_id) WHERE branch_id IS NOT NULL;
CREATE INDEX tasks_appointment ON tasks (company_id, appointment_id) WHERE appointment_id IS NOT NULL;

-- What was changed, by whom. Rows are only ever added.
CREATE TABLE audit (
    id          text PRIMARY KEY,
    company_id  text REFERENCES companies (id) ON DELETE RESTRICT,
    at          integer NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail_sealed blob,
    row_hash    blob NOT NULL,
    UNIQUE (company_id, id)
) STRICT;
CREATE INDEX audit_subject ON audit (company_id, subject);

-- People belong to the installation; memberships say where they may do what.
CREATE TABLE users (
    id            text PRIMARY KEY,
    email         text NOT NULL UNIQUE,
    name          text NOT NULL,
    password_hash text NOT NULL,
    active        integer NOT NULL,
    revision      integer NOT NULL,
    created_at    integer NOT NULL
) STRICT;

CREATE TABLE memberships (
    user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    company_id text REFERENCES companies (id) ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('super_admin', 'retell_manager', 'company_admin', 'staff', 'auditor')),
    staff_id   text,
    created_at integer NOT NULL,
    CHECK ((role = 'super_admin') = (company_id IS NULL)),
    FOREIGN KEY (company_id, staff_id) REFERENCES staff (company_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX memberships_company ON memberships (user_id, company_id) WHERE company_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_platform ON memberships (user_id) WHERE company_id IS NULL;
CREATE INDEX memberships_of_company ON memberships (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX memberships_staff ON memberships (company_id, staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE tokens (
    id           text PRIMARY KEY,
    user_id      text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         text NOT NULL,
    hash         blob NOT NULL UNIQUE,
    hint         text NOT NULL,
    expires_at   integer NOT NULL,
    revoked_at   integer,
    last_used_at integer,
    created_at   integer NOT NULL
) STRICT;
CREATE INDEX tokens_user ON tokens (user_id);

-- The record is added to and read, never changed.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit_is_append_only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit_is_append_only');
END;
