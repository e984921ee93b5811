use std::{
    io::{BufReader, BufWriter},
    process::ExitCode,
};

use anyhow::{Context, bail};
use askpro_debug::Topic;
use clap::Args;

/// Answers one case a line: the corpora's `input` in, their `expected` out.
#[derive(Args)]
#[command(
    after_help = "Example:\n  echo '{\"raw\":\"030 1234567\",\"default_region\":\"DE\"}' | askpro debug phone --json-lines"
)]
pub(crate) struct Debug {
    /// What to ask
    topic: String,
    /// One JSON object per line on standard input, one answer per line on standard output
    #[arg(long, required = true)]
    json_lines: bool,
}

impl Debug {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Some((_, topic)) = Topic::ALL.iter().find(|(word, _)| *word == self.topic) else {
            let known: Vec<&str> = Topic::ALL.iter().map(|(word, _)| *word).collect();
            bail!("there is no topic {:?}; there are {}", self.topic, known.join(", "));
        };
        askpro_debug::json_lines(*topic, BufReader::new(std::io::stdin()), BufWriter::new(std::io::stdout()))
            .context("the cases could not be read or the answers not written")?;
        Ok(ExitCode::SUCCESS)
    }
}
