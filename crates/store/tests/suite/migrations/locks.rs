use std::time::Duration;

use askpro_store::migrate::{self, Fitness, Limits, MIGRATIONS, Options};
use askpro_testkit::Ground;

use super::{assert_same, at_version, birth, is_postgres, snapshot, told, up};

const SHORT: Limits = Limits {
    lock: Duration::from_millis(300),
    runner: Duration::from_millis(300),
    statement: Duration::from_secs(20),
    index: Duration::from_secs(20),
};

fn up_soon(ground: &Ground) -> Result<Vec<&'static str>, askpro_store::Error> {
    migrate::up_with(&ground.url, birth(ground), Options { limits: SHORT, ..Options::default() })
}

/// Holds a lock in a transaction while something is done.
async fn while_locked<T>(ground: &Ground, lock: &str, work: impl FnOnce() -> T) -> T {
    if is_postgres(ground) {
        let (client, connection) = tokio_postgres::connect(&ground.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("BEGIN; {lock}")).await.unwrap();
        let outcome = tokio::task::block_in_place(work);
        client.batch_execute("ROLLBACK").await.unwrap();
        outcome
    } else {
        let connection = rusqlite::Connection::open(ground.url.trim_start_matches("sqlite:")).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let outcome = work();
        connection.execute_batch("ROLLBACK").unwrap();
        outcome
    }
}

askpro_testkit::on_both_databases! {
    async fn a_lock_held_by_somebody_else_is_waited_for_only_so_long(ground) {
        at_version(&ground, 1);
        ground.write_rows();
        let before = snapshot(&ground);
        let lock = "SELECT count(*) FROM appointments";
        let refused = while_locked(&ground, lock, || up_soon(&ground).unwrap_err()).await;
        assert_eq!(
            told(&refused),
            "migration 0002_series was given up: somebody else has held a lock that it needs for 0.3 s; nothing was changed; end what holds it, then run the same again"
        );
        assert_same(&before, &snapshot(&ground), "after giving up");
        assert_eq!(up_soon(&ground).unwrap().len(), MIGRATIONS.len() - 1);
    }

    async fn two_runners_at_once_apply_everything_once(ground) {
        at_version(&ground, 0);
        let url = ground.url.clone();
        let birth = birth(&ground);
        let runners: Vec<_> = (0..4)
            .map(|_| {
                let url = url.clone();
                std::thread::spawn(move || migrate::up_with(&url, birth, Options::default()).unwrap().len())
            })
            .collect();
        let applied: usize = runners.into_iter().map(|runner| runner.join().unwrap()).sum();
        assert_eq!(applied, MIGRATIONS.len());
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Current);
    }
}

#[test]
fn an_unfinished_index_is_dirty_and_the_next_run_builds_it_anew() {
    Ground::postgres().run(|ground| async move {
        at_version(&ground, 2);
        ground.write_rows();
        ground
            .as_owner(&[
                "CREATE INDEX appointments_series ON appointments (company_id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'appointments_series'::regclass",
            ])
            .unwrap();
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Dirty);
        assert!(Fitness::Dirty.advice().unwrap().contains("askpro migrate up"));
        assert_eq!(up(&ground, &MIGRATIONS[..3]).unwrap(), ["0003_appointments_series_index"]);
        up(&ground, MIGRATIONS).unwrap();
        let index = ground.as_owner(&["SELECT pg_get_indexdef('appointments_series'::regclass)"]).unwrap();
        assert!(index[0][0].contains("series_id"), "{index:?}");
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Current);
    });
}

#[test]
fn a_build_that_was_ended_midway_is_taken_up_again() {
    Ground::postgres().run(|ground| async move {
        at_version(&ground, 2);
        ground.write_rows();
        // Somebody's open transaction keeps the build waiting in its middle, until it gives up.
        let refused = while_locked(&ground, "UPDATE appointments SET revision = 2", || {
            up_soon_with(&ground, Limits { index: Duration::from_millis(400), ..SHORT }).unwrap_err()
        })
        .await;
        assert!(told(&refused).contains("at most an unfinished index is left"), "{refused}");
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Dirty);
        assert_eq!(up(&ground, MIGRATIONS).unwrap()[0], "0003_appointments_series_index");
        assert_eq!(migrate::fitness(&ground.url).unwrap(), Fitness::Current);
    });
}

fn up_soon_with(ground: &Ground, limits: Limits) -> Result<Vec<&'static str>, askpro_store::Error> {
    migrate::up_with(&ground.url, birth(ground), Options { limits, ..Options::default() })
}

#[test]
fn a_second_runner_gives_up_after_its_limit() {
    Ground::postgres().run(|ground| async move {
        at_version(&ground, 1);
        let before = snapshot(&ground);
        let lock = format!("SELECT pg_advisory_lock({})", 0x6173_6b70_726f_i64);
        let refused = while_locked(&ground, &lock, || up_soon(&ground).unwrap_err()).await;
        assert!(told(&refused).contains("another migration of this database"), "{refused}");
        assert_same(&before, &snapshot(&ground), "after giving up");
    });
}
