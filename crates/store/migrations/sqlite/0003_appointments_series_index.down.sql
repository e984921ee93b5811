DROP INDEX IF EXISTS appointments_series;
