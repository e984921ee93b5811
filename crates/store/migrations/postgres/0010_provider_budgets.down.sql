DROP TABLE incidents;
DROP TABLE request_windows;
