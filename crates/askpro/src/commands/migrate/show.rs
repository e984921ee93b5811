use askpro_store::migrate::{self, Kind, PlannedStep, Undo};
use clap::Args;
use serde_json::{Value, json};

use crate::{config::Config, terminal::line};

#[derive(Args)]
pub(crate) struct Plan {
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Status {
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<()> {
        let plan = migrate::plan_up(config.database_url())?;
        if self.json {
            line(document(&plan));
        } else if plan.steps.is_empty() {
            line(plan.fitness.advice().unwrap_or("nothing to do: the database is at this program's schema"));
        } else {
            in_words(&plan);
        }
        Ok(())
    }
}

fn document(plan: &migrate::Plan) -> Value {
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            let statements: Vec<Value> = step
                .statements
                .iter()
                .map(|one| {
                    json!({ "sql": one.sql, "table": one.table, "rows": one.rows, "lock": one.lock.word(),
                        "about_ms": u64::try_from(one.roughly.as_millis()).unwrap_or(u64::MAX),
                        "destructive": one.is_destructive })
                })
                .collect();
            json!({ "version": step.version, "name": step.name, "kind": step.kind.word(),
                "destructive": step.is_destructive, "reversible": step.undo != Undo::Empties,
                "statements": statements })
        })
        .collect();
    json!({ "state": plan.fitness.word(), "environment": plan.environment.map(migrate::Environment::word), "steps": steps })
}

/// Prints a plan for people.
pub(super) fn in_words(plan: &migrate::Plan) {
    for step in &plan.steps {
        line(format!("{}  {}", step.name, heading(step, plan.direction)));
        for one in &step.statements {
            line(format!("    {}", one.sql.replace('\n', "\n    ")));
            let table = match (&one.table, one.rows) {
                (Some(table), Some(rows)) => format!("{table} ({rows} rows): "),
                _ => String::new(),
            };
            let loss = if one.is_destructive { "; takes away what was stored" } else { "" };
            line(format!(
                "      -- {table}{}, for about {} ms{loss}",
                one.lock.meaning(),
                one.roughly.as_millis()
            ));
        }
    }
}

fn heading(step: &PlannedStep, direction: migrate::Direction) -> String {
    let how = match step.kind {
        Kind::Transactional => "in one transaction",
        Kind::Online => "beside the work of others",
    };
    let undo = match (direction, step.undo) {
        (migrate::Direction::Up, Undo::Free) => "can be taken back".into(),
        (migrate::Direction::Up, Undo::Loses(what)) => format!("can be taken back, losing {what}"),
        (migrate::Direction::Up, Undo::Empties) => "cannot be taken back without losing everything".into(),
        (migrate::Direction::Down, Undo::Free) => "loses nothing".into(),
        (migrate::Direction::Down, Undo::Loses(what)) => format!("loses {what}"),
        (migrate::Direction::Down, Undo::Empties) => "loses everything".into(),
    };
    let loss = if step.is_destructive && direction == migrate::Direction::Up { "; destructive" } else { "" };
    format!("{how}; {undo}{loss}")
}

impl Status {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<()> {
        let url = config.database_url();
        let (steps, fitness) = (migrate::status(url)?, migrate::fitness(url)?);
        if self.json {
            let listed: Vec<_> = steps
                .iter()
                .map(|step| {
                    json!({ "version": step.version, "name": step.name, "matches": step.matches,
                        "applied_at": step.applied_at.map(|at| at.to_string()) })
                })
                .collect();
            line(json!({ "state": fitness.word(), "migrations": listed }));
            return Ok(());
        }
        for step in steps {
            let state = match step.applied_at {
                Some(at) if step.matches => format!("applied {at}"),
                Some(at) => format!("applied {at}, but differs from this program's"),
                None => "pending".into(),
            };
            line(format!("{:<32} {state}", step.name));
        }
        line(fitness.advice().unwrap_or("the database is at this program's schema"));
        Ok(())
    }
}
