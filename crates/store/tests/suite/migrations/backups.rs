use askpro_domain::ids::Clock;
use askpro_store::migrate::{self, MIGRATIONS};

use super::{assert_same, down, fresh, is_postgres, snapshot, up};

askpro_testkit::on_both_databases! {
    async fn a_backup_brings_back_what_a_step_took(ground) {
        fresh(&ground);
        ground.write_series();
        let before = snapshot(&ground);
        let made = migrate::backup(&ground.url, ground.folder.path(), ground.clock.now()).unwrap();
        assert_same(&before, &snapshot(&ground), "after the backup");
        let rows: usize = before.rows.values().map(Vec::len).sum();
        assert_eq!((made.tables, made.rows), (before.rows.len(), rows as u64));

        down(&ground, MIGRATIONS.len() - 1).unwrap();
        up(&ground, MIGRATIONS).unwrap();
        assert!(before.difference(&snapshot(&ground)).is_some(), "the series are gone");
        if is_postgres(&ground) {
            // The file is a text for psql: the tables are emptied, then filled from it.
            let tables: Vec<String> = before.rows.keys().map(|table| format!("\"{table}\"")).collect();
            ground.as_owner(&[&format!("TRUNCATE {}", tables.join(", "))]).unwrap();
            let done = std::process::Command::new("psql")
                .args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &ground.url, "-f"])
                .arg(&made.file)
                .status()
                .unwrap();
            assert!(done.success());
            assert_same(&before, &snapshot(&ground), "after the backup was read in");
        } else {
            let copy = format!("sqlite:{}", made.file.display());
            let restored = migrate::snapshot(&copy).unwrap();
            assert_eq!(before.rows, restored.rows);
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&made.file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "only its owner reads it");
        }
    }

    async fn a_plan_says_what_would_be_locked_and_lost(ground) {
        super::at_version(&ground, 1);
        ground.write_rows();
        let plan = migrate::plan_up(&ground.url).unwrap();
        assert_eq!(plan.steps.len(), MIGRATIONS.len() - 1);
        let [column, _] = &plan.steps[0].statements[..] else { panic!("two statements") };
        assert_eq!((column.table.as_deref(), column.rows), (Some("appointments"), Some(3)));
        let expected = if is_postgres(&ground) { "access_exclusive" } else { "database_writes" };
        assert_eq!(column.lock.word(), expected);
        assert!(!plan.steps.iter().any(|step| step.is_destructive));
        up(&ground, MIGRATIONS).unwrap();
        assert!(migrate::plan_up(&ground.url).unwrap().steps.is_empty());
        down(&ground, MIGRATIONS.len() - 3).unwrap();
        let back = migrate::plan_down(&ground.url, migrate::Back::Newest(2)).unwrap();
        assert_eq!(back.steps.iter().map(|step| (step.version, step.is_destructive)).collect::<Vec<_>>(), [(3, false), (2, true)]);
    }
}
