DROP TABLE sign_in_failures;
DROP TABLE password_links;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP TABLE sessions;
DROP TABLE installation_keys;
