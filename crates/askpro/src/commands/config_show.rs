use std::process::ExitCode;

use clap::Subcommand;

use crate::{config::Config, terminal::line};

/// The configuration.
#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every setting, its value and its source; secrets are masked
    #[command(after_help = "Example:\n  ASKPRO_LISTEN=0.0.0.0:8080 askpro config show")]
    Show {
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
}

impl ConfigCommand {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Show { json } = self;
        let shown = config.shown();
        if json {
            let settings: serde_json::Map<String, serde_json::Value> = shown
                .into_iter()
                .map(|(key, value, source)| {
                    (key.to_owned(), serde_json::json!({ "value": value, "source": source }))
                })
                .collect();
            line(serde_json::Value::Object(settings));
        } else {
            for (key, value, source) in shown {
                line(format!("{key:<16} {value:<40} {source}"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
