-- How early a change must come, for a branch and for a service; what is not said
-- there is said by the company's settings.
ALTER TABLE branches ADD COLUMN policy jsonb NOT NULL DEFAULT '{}';
ALTER TABLE services ADD COLUMN policy jsonb NOT NULL DEFAULT '{}';

-- What a move on its way to the calendar of record gives up; where it is refused
-- there, the appointment goes back to it.
ALTER TABLE appointments ADD COLUMN moved_from jsonb;

-- Whom a call has shown to be on the phone, so that nobody has to say it twice.
CREATE TABLE call_identities (
    company_id       uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id    text NOT NULL,
    provider_call_id text NOT NULL,
    customer_id      uuid NOT NULL,
    level            integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (company_id, connection_id, provider_call_id, customer_id),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE CASCADE
);
CREATE INDEX call_identities_customer ON call_identities (company_id, customer_id);
CREATE INDEX call_identities_created ON call_identities (company_id, created_at);

-- References that led to nothing: guessing ends soon. The number stands here as
-- a hash, which is enough to count.
CREATE TABLE wrong_references (
    id               uuid PRIMARY KEY,
    company_id       uuid NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id    text NOT NULL,
    provider_call_id text NOT NULL,
    number_hash      text,
    at               timestamptz NOT NULL,
    UNIQUE (company_id, id),
    FOREIGN KEY (company_id, connection_id) REFERENCES connections (company_id, id) ON DELETE CASCADE
);
CREATE INDEX wrong_references_call ON wrong_references (company_id, connection_id, provider_call_id);
CREATE INDEX wrong_references_at ON wrong_references (company_id, at);

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['call_identities', 'wrong_references'] LOOP
        CALL askpro_guard(guarded::regclass, 'company_id');
    END LOOP;
END
$$;
