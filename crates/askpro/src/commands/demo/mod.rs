//! `askpro demo`: the main job on real input with nothing else installed.
//!
//! Starts both stand-ins and this program's own server, plays phone conversations
//! over the same HTTP, signatures and database as production, and checks each of
//! them against the database and the stand-ins' journals.

mod agents;
mod businesses;
mod check;
mod conversations;
mod play;
mod report;
mod script;
mod stage;
mod world;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::bail;
use askpro_app::SystemClock;
use askpro_domain::{
    calendar::{local_to_instant, zone},
    ids::Clock,
};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use self::{businesses::Cast, play::Outcome, stage::Stage, world::World};
use super::{block_on, serve::until_told_to_stop};
use crate::{
    config::Config,
    terminal::{Style, line, remark},
};

/// Plays phone conversations against simulators and shows what was booked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro demo --once\n  askpro demo --once --json --seed 7\n  ASKPRO_DATABASE_URL=postgres://localhost/askpro_demo askpro demo --once\n  askpro demo --resume"
)]
pub(crate) struct Demo {
    /// End when the conversations have ended; exit code 0 only if each went as it should
    #[arg(long)]
    once: bool,
    /// One JSON document on one line
    #[arg(long)]
    json: bool,
    /// Names and times follow from this number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the demo keeps its files
    #[arg(long, value_name = "DIR", default_value = "askpro-demo")]
    data: PathBuf,
    /// Start on what an earlier demo left, without playing again
    #[arg(long)]
    resume: bool,
}

/// What "tomorrow" means must not change while people are on the phone: a demo
/// that begins this shortly before midnight waits for the new day.
const BEFORE_MIDNIGHT: SignedDuration = SignedDuration::from_secs(60);

impl Demo {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        // What breaks here breaks on purpose; what must not shows in the conversations.
        super::serve::start_logging(if config.is_set("log") { config.log() } else { "off" });
        let style = Style::detect(config.is_plain());
        let database_url = config.is_set("database_url").then(|| config.database_url().to_owned());
        let listen = if config.is_set("listen") { Some(config.listen()?) } else { None };
        block_on(async move {
            let (stop, stopped) = watch::channel(false);
            let cast = if self.resume { None } else { Some(businesses::cast(self.seed, beginning().await)) };
            let mut stage =
                stage::Stage::set(&self.data, database_url, listen, cast.as_ref(), stopped).await?;
            let played = match cast {
                Some(cast) => self.play(&stage, cast, style).await?,
                None => Vec::new(),
            };
            if self.json {
                line(report::document(&stage, &played));
            } else {
                report::calendar(style, &stage).await?;
                report::summary(style, &played, !self.once, &stage);
            }
            if !self.once {
                remark("Stop with Ctrl-C.");
                until_told_to_stop().await;
            }
            let _ = stop.send(true);
            stage.strike().await;
            match report::failure(&played) {
                None => Ok(ExitCode::SUCCESS),
                Some(sentence) => bail!(sentence),
            }
        })
    }

    async fn play(&self, stage: &Stage, cast: Cast, style: Style) -> anyhow::Result<Vec<Outcome>> {
        let mut world = World::new(cast, self.seed, stage.app.clock.now());
        let conversations = conversations::conversations(&mut world);
        let mut played = Vec::with_capacity(conversations.len());
        for (index, conversation) in conversations.iter().enumerate() {
            let outcome = play::play(stage, conversation).await?;
            if !self.json {
                report::conversation(style, index + 1, &outcome);
            } else if std::io::stderr().is_terminal() {
                let word = if outcome.passed { "as it should be" } else { "not as it should be" };
                remark(format!("{}/{} {}: {word}", index + 1, conversations.len(), outcome.name));
            }
            played.push(outcome);
        }
        Ok(played)
    }
}

/// Today, when there is enough of it left for a demo.
async fn beginning() -> Timestamp {
    let berlin = zone("Europe/Berlin").expect("the bundled zone data hold Berlin");
    let now = SystemClock.now();
    let tomorrow = berlin.to_datetime(now).date().tomorrow().ok();
    let midnight = tomorrow.and_then(|date| local_to_instant(date.at(0, 0, 0, 0), &berlin));
    match midnight.map(|midnight| midnight.duration_since(now)) {
        Some(left) if left < BEFORE_MIDNIGHT => {
            remark("It is nearly midnight; the demo begins with the new day …");
            tokio::time::sleep(left.unsigned_abs()).await;
            SystemClock.now()
        }
        _ => now,
    }
}
