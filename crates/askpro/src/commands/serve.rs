use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tokio::sync::watch;

use super::block_on;
use crate::{
    config::Config,
    terminal::remark,
    wiring::{self, Roles},
};

/// Answers calls until it is told to stop (Ctrl-C or SIGTERM).
#[derive(Args)]
#[command(
    after_help = "Examples:\n  askpro serve\n  askpro serve --listen 0.0.0.0:8080 --only gateway\n  askpro serve --only worker"
)]
pub(crate) struct Serve {
    /// Run one part, for replicas on PostgreSQL
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// What Retell calls, the API and health
    Gateway,
    /// Background work
    Worker,
}

impl Serve {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        start_logging(config.log());
        let app = wiring::answering_app(config)?;
        let roles = Roles {
            serves: !matches!(self.only, Some(Part::Worker)),
            works: !matches!(self.only, Some(Part::Gateway)),
        };
        let _alone = wiring::sole_server(&app)?;
        let listen = config.listen()?;
        let public_url = config.public_url();
        if let Some(url) = public_url.as_ref().filter(|url| !keeps_cookies(url)) {
            tracing::warn!(
                %url,
                "nobody can sign in over plain HTTP from another machine: browsers drop the session's cookie; put TLS in front and set ASKPRO_PUBLIC_URL to https://…"
            );
        }
        let settings = config.clone();
        block_on(async move {
            let bound = askpro_web::bind(listen).await.map_err(|error| {
                anyhow::anyhow!("{listen} cannot be listened on: {error}; name another with --listen")
            })?;
            let address = bound.address;
            let reached = wiring::reached(&settings).await?;
            let (stop, stopped) = watch::channel(false);
            tokio::spawn(async move {
                until_told_to_stop().await;
                let _ = stop.send(true);
            });
            tracing::info!(%address, "answering calls");
            remark(format!(
                "askpro serves on {}; stop with Ctrl-C",
                public_url.unwrap_or(format!("http://{address}"))
            ));
            wiring::run_reached(reached, app, bound, roles, stopped).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Whether browsers keep a cookie that is for encrypted connections only: over
/// TLS, and from this machine itself.
fn keeps_cookies(url: &str) -> bool {
    let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
    host.is_none_or(|host| matches!(host, "localhost" | "127.0.0.1" | "[") || host.ends_with(".localhost"))
}

/// Logs to standard error, a line an event.
pub(super) fn start_logging(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| "info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn until_told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
