-- An appointment may be one of a series: the rule that the series follows, and
-- which series it is. Both are absent for everything booked before.
ALTER TABLE appointments ADD COLUMN recurrence_rule jsonb;
ALTER TABLE appointments ADD COLUMN series_id uuid;
