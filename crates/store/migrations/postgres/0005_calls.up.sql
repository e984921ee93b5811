-- Phone numbers with where they ring: branch, agent and version. The version is a
-- number or latest_published, never latest: that may be a draft.
CREATE TABLE phone_numbers (
    id              uuid PRIMARY KEY,
    company_id      uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id   text NOT NULL,
    branch_id       uuid NOT NULL,
    number          text NOT NULL,
    agent_id        text,
    agent_version   text CHECK (agent_version <> 'latest'),
    fallback_number text,
    revision        integer NOT NULL,
    created_at      timestamptz NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, connection_id, number),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE CASCADE
);
CREATE INDEX phone_numbers_branch ON phone_numbers (company_id, branch_id);

-- What signs a provider's webhooks where that is not its API key.
ALTER TABLE connections ADD COLUMN webhook_secret_sealed bytea;

-- Calls as their events told them. stage is the furthest that was told; a late
-- event of an earlier stage only fills gaps. Money is in thousandths of a US cent.
CREATE TABLE calls (
    id                   uuid PRIMARY KEY,
    company_id           uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id        text NOT NULL,
    provider_call_id     text NOT NULL,
    branch_id            uuid,
    stage                text NOT NULL CHECK (stage IN ('ongoing', 'ended', 'analyzed')),
    call_type            text,
    direction            text,
    agent_id             text,
    agent_version        integer,
    from_number          text,
    to_number            text,
    started_at           timestamptz NOT NULL,
    ended_at             timestamptz,
    duration_ms          bigint,
    disconnection_reason text,
    transfer             text,
    cost_millicents      bigint,
    latency_p50_ms       integer,
    latency_p95_ms       integer,
    sentiment            text,
    successful           boolean,
    outcome              text NOT NULL,
    summary_sealed       bytea,
    transcript_sealed    bytea,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    UNIQUE (company_id, id),
    UNIQUE (company_id, connection_id, provider_call_id),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, branch_id) REFERENCES branches (company_id, id) ON DELETE SET NULL (branch_id)
);
CREATE INDEX calls_started ON calls (company_id, started_at, id);
CREATE INDEX calls_branch ON calls (company_id, branch_id) WHERE branch_id IS NOT NULL;

-- What was called during a call, for its timeline.
CREATE TABLE function_calls (
    id               uuid PRIMARY KEY,
    company_id       uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    call_id          uuid NOT NULL,
    function         text NOT NULL,
    tool_call_id     text,
    status           text NOT NULL,
    error_id         text,
    at               timestamptz NOT NULL,
    duration_ms      integer NOT NULL,
    exchange_sealed  bytea NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, call_id) REFERENCES calls (company_id, id) ON DELETE CASCADE
);
CREATE INDEX function_calls_call ON function_calls (company_id, call_id, at);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['phone_numbers', 'calls', 'function_calls'] LOOP
        CALL askpro_guard(guarded::regclass, 'company_id');
    END LOOP;
END
$$;
