use askpro_domain::ids::Clock;
use askpro_store::{Company, Platform, connections, schedule};
use askpro_testkit::{Ground, PATIENCE, Salon, SalonOptions};

askpro_testkit::on_both_databases! {
    async fn a_company_sees_only_what_is_its_own(ground) {
        let ours = Salon::open(&ground, SalonOptions::default()).await;
        let theirs = Salon::open(&ground, SalonOptions { name: "Salon Fremd".into(), ..SalonOptions::default() }).await;
        let (service, connection) = (theirs.haircut, theirs.retell.clone());
        ground.store.read(Company(ours.company), PATIENCE, move |tx| {
            assert!(schedule::find_service(tx, service)?.is_none());
            assert!(connections::find(tx, &connection)?.is_none());
            assert_eq!(schedule::services(tx)?.len(), 1);
            assert_eq!(schedule::list_companies(tx, None, 10)?.len(), 1);
            Ok(())
        }).await.unwrap();
        let all = ground.store.platform_read(Platform { because: "test" }, PATIENCE, |tx| schedule::list_companies(tx, None, 10)).await.unwrap();
        assert_eq!(all.len(), 2);
    }

    async fn a_reference_never_leads_into_another_company(ground) {
        let ours = Salon::open(&ground, SalonOptions::default()).await;
        let theirs = Salon::open(&ground, SalonOptions::default()).await;
        for (table, column) in [("services", "branch_id"), ("staff", "branch_id")] {
            let crossing = format!(
                "UPDATE {table} SET {column} = '{}' WHERE company_id = '{}'", theirs.branch, ours.company
            );
            // SQLite checks references only where asked to; our connections always ask.
            assert!(ground.as_owner(&["PRAGMA foreign_keys = ON", &crossing]).is_err() || {
                ground.as_owner(&[&crossing]).is_err()
            }, "{table}.{column} crosses companies");
        }
    }

    async fn nobody_changes_the_record(ground) {
        let _salon = Salon::open(&ground, SalonOptions::default()).await;
        let _ = ground.clock.now();
        if ground.url.starts_with("sqlite:") {
            assert!(ground.as_owner(&["UPDATE audit SET actor = 'nobody'"]).is_err());
            assert!(ground.as_owner(&["DELETE FROM audit"]).is_err());
        } else {
            let role = pool_role(&ground);
            for change in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
                assert!(ground.as_owner(&[&format!("SET ROLE \"{role}\""), change]).is_err(), "{change}");
            }
        }
    }
}

fn pool_role(ground: &Ground) -> String {
    format!("askpro_{}_app", ground.url.rsplit('/').next().unwrap())
}

#[test]
fn without_the_filter_row_level_security_still_holds() {
    Ground::postgres().run(async |ground| {
        let ours = Salon::open(&ground, SalonOptions::default()).await;
        let _theirs = Salon::open(&ground, SalonOptions::default()).await;
        let role = pool_role(&ground);
        for table in [
            "companies",
            "branches",
            "staff",
            "services",
            "connections",
            "data_keys",
            "audit",
            "resources",
            "service_staff",
        ] {
            let column = if table == "companies" { "id" } else { "company_id" };
            let count = |company: &str| {
                let set = format!("SELECT set_config('askpro.company', '{company}', false)");
                let role = format!("SET ROLE \"{role}\"");
                let rows = ground
                    .as_owner(&[&set, &role, &format!("SELECT DISTINCT {column} FROM {table}")])
                    .unwrap();
                rows[1..].to_vec()
            };
            assert!(count("").is_empty(), "{table}: no company, no rows");
            assert_eq!(
                count(&ours.company.to_string()),
                [[ours.company.to_string()]],
                "{table}: one's own only"
            );
        }
        let set = format!("SELECT set_config('askpro.company', '{}', false)", ours.company);
        let role_statement = format!("SET ROLE \"{role}\"");
        assert!(
            ground.as_owner(&[&set, &role_statement, "SELECT count(*) FROM users"]).is_err(),
            "people are not a company's"
        );
        assert!(ground.as_owner(&[&role_statement, "SET ROLE none", "RESET ROLE"]).is_ok());
    });
}

#[test]
fn with_the_first_wall_gone_no_table_shows_or_changes_a_row_of_another_company() {
    Ground::postgres().run(async |ground| {
        ground.write_rows();
        // What tells no company's business: the marker, and how far migrations are.
        let open = ["installation", "schema_migrations"];
        let tables = "SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY 1";
        let rows = ground.as_owner(&[tables]).unwrap();
        let guarded: Vec<&str> =
            rows.iter().map(|row| row[0].as_str()).filter(|table| !open.contains(table)).collect();
        for row in rows.iter().filter(|row| !open.contains(&row[0].as_str())) {
            assert_eq!(row[1], "t", "{} has no second wall", row[0]);
        }
        assert!(guarded.len() > 30, "{guarded:?}");
        let role = format!("SET ROLE \"{}\"", pool_role(&ground));
        let (mut tried, mut refused, mut empty) = (0, 0, 0);
        for company in ["", "01990000-0000-7000-8000-0000000000ff"] {
            let set = format!("SELECT set_config('askpro.company', '{company}', false)");
            for table in &guarded {
                let column: &str = &ground.as_owner(&[&format!(
                    "SELECT column_name FROM information_schema.columns
                     WHERE table_name = '{table}' AND is_updatable = 'YES' ORDER BY ordinal_position LIMIT 1"
                )]).unwrap()[0][0];
                // No filter at all, as if a statement had forgotten it.
                for statement in [
                    format!("SELECT count(*) FROM {table}"),
                    format!("WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone"),
                    format!("WITH changed AS (UPDATE {table} SET {column} = {column} RETURNING 1) SELECT count(*) FROM changed"),
                ] {
                    tried += 1;
                    match ground.as_owner(&[&set, &role, &statement]) {
                        Err(denied) => {
                            assert!(denied.contains("permission denied"), "{statement}: {denied}");
                            refused += 1;
                        }
                        Ok(rows) => {
                            assert_eq!(rows.last().unwrap()[0], "0", "{statement} as company {company:?}");
                            empty += 1;
                        }
                    }
                }
            }
        }
        report(&format!(
            "second wall alone: {} tables, {tried} statements without a filter, {empty} met no row, {refused} were denied, 0 leaks",
            guarded.len()
        ));
        assert!(empty > 100, "the role works with most tables: {empty}");
    });
}

#[expect(clippy::print_stdout, reason = "figures for whoever runs this without capture")]
fn report(what: &str) {
    println!("{what}");
}

#[test]
fn what_must_be_encrypted_is_never_sent_in_the_clear() {
    // The test server offers no encryption, so asking for it must fail.
    Ground::postgres().run(async |ground| {
        let encrypted = format!("{}?sslmode=require", ground.url);
        let refused =
            tokio::task::spawn_blocking(move || askpro_store::migrate::fitness(&encrypted)).await.unwrap();
        assert!(matches!(refused, Err(askpro_store::Error::Unavailable(_))), "{refused:?}");
        assert!(askpro_store::migrate::fitness(&ground.url).is_ok());
    });
}
