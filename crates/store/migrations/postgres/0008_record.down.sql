DROP TRIGGER audit_awaits_its_link ON audit;
DROP FUNCTION askpro_await_link;
DROP TABLE audit_unlinked;
DROP TABLE audit_links;
