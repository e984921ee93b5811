DROP TABLE narrowed_rights;
DROP TABLE role_permissions;
