DROP TABLE tokens, memberships, users, audit, tasks, deliveries, jobs, answers, occupancy, appointments, customers,
    service_staff, services, connections, staff, resources, branches, data_keys, companies, installation;
DO $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['app', 'platform'] LOOP
        EXECUTE format('DROP OWNED BY %I', askpro_role(kind));
        EXECUTE format('DROP ROLE %I', askpro_role(kind));
    END LOOP;
END
$$;
DROP PROCEDURE askpro_guard;
DROP FUNCTION askpro_role;
DROP EXTENSION btree_gist;
