-- What a worker takes next.
CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_ready ON jobs (priority, due_at)
    WHERE status IN ('queued', 'leased', 'failed');
