-- A series is asked for as a whole.
CREATE INDEX CONCURRENTLY IF NOT EXISTS appointments_series ON appointments (company_id, series_id)
    WHERE series_id IS NOT NULL;
