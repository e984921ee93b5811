DROP TRIGGER audit_awaits_its_link;
DROP TABLE audit_unlinked;
DROP TRIGGER audit_links_no_update;
DROP TRIGGER audit_links_no_delete;
DROP TABLE audit_links;
