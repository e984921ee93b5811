use std::{net::SocketAddr, process::ExitCode};

use anyhow::Context;
use askpro_simulators::{calcom, retell};
use clap::{Args, ValueEnum};

use super::{
    block_on,
    serve::{start_logging, until_told_to_stop},
};
use crate::terminal::line;

/// Runs a stand-in: it keeps state, signs what it sends, and breaks on purpose (`PUT /_sim/faults`).
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro simulate retell --listen 127.0.0.1:9100 --key key_demo\n  askpro simulate calcom --listen 127.0.0.1:9200 --key cal_demo\n  curl -X PUT http://127.0.0.1:9200/_sim/faults -H 'content-type: application/json' \\\n    -d '{\"rules\":[{\"path_prefix\":\"/v2/bookings\",\"fault\":\"hang\"}]}'"
)]
pub(crate) struct Simulate {
    /// Which provider
    provider: Provider,
    /// Where to listen
    #[arg(long)]
    listen: SocketAddr,
    /// API key that is accepted; may be given several times, each is a workspace or account of its own
    #[arg(long)]
    key: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Provider {
    Retell,
    Calcom,
}

impl Simulate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        start_logging("info");
        let keys = match (self.key.is_empty(), self.provider) {
            (false, _) => self.key,
            (true, Provider::Retell) => vec!["key_simulated".into()],
            (true, Provider::Calcom) => vec!["cal_simulated".into()],
        };
        line(format!("accepted keys: {}", keys.join(", ")));
        let router = match self.provider {
            Provider::Retell => retell::router(retell::Options { keys }),
            Provider::Calcom => calcom::router(calcom::Options {
                keys,
                event_types: event_types(),
                ..calcom::Options::default()
            }),
        };
        block_on(async move {
            let running = askpro_simulators::serve(router, self.listen)
                .await
                .with_context(|| format!("{} cannot be listened on", self.listen))?;
            line(format!("listening on {}", running.url()));
            until_told_to_stop().await;
            running.stop().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// What can be booked at the Cal.com stand-in: 30, 45 and 60 minutes with one
/// host, and 30 minutes with three.
pub(super) fn event_types() -> Vec<calcom::EventType> {
    [(101, 30, 1), (102, 45, 1), (103, 60, 1), (104, 30, 3)]
        .map(|(id, length_minutes, hosts)| calcom::EventType { id, length_minutes, hosts })
        .into()
}
