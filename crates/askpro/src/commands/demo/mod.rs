//! `askpro demo`: the main job on real input with nothing else installed.
//!
//! Starts both stand-ins and this program's own server, plays phone conversations
//! over the same HTTP, signatures and database as production, and checks each of
//! them against the database and the stand-ins' journals.

mod businesses;
mod conversations;
mod play;
mod report;
mod stage;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::sync::watch;

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

impl Demo {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        super::serve::start_logging(if config.is_set("log") { config.log() } else { "error" });
        let style = Style::detect(config.is_plain());
        let database_url = config.is_set("database_url").then(|| config.database_url().to_owned());
        let listen = if config.is_set("listen") { Some(config.listen()?) } else { None };
        block_on(async move {
            let (stop, stopped) = watch::channel(false);
            let mut stage =
                stage::Stage::set(&self.data, database_url, listen, self.seed, self.resume, stopped).await?;
            let mut played = Vec::new();
            if !self.resume {
                let cast = businesses::cast(self.seed);
                let now = stage.app.clock.now();
                for (index, conversation) in conversations::conversations(&cast, now).iter().enumerate() {
                    let outcome = play::play(&stage, conversation).await?;
                    if !self.json {
                        report::conversation(style, index + 1, conversation, &outcome);
                    }
                    played.push(outcome);
                }
            }
            let failed = played.iter().filter(|one| !one.passed).count();
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
            Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
        })
    }
}
