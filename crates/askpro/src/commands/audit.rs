use std::{path::PathBuf, process::ExitCode};

use askpro_app::record::Verdict;
use clap::Subcommand;
use serde_json::{Value, json};

use super::block_on;
use crate::{
    config::Config,
    terminal::{line, remark},
    wiring,
};

/// The record of who changed what.
#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Look whether every entry stands as it was written; names what was changed, removed, moved or slipped in
    #[command(
        after_help = "Examples:\n  askpro audit verify\n  askpro audit verify --heads /mnt/elsewhere --json"
    )]
    Verify {
        /// The folder with audit-heads.jsonl, or a copy that was kept elsewhere [default: the state directory]
        #[arg(long, value_name = "DIR")]
        heads: Option<PathBuf>,
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
}

impl Audit {
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let Self::Verify { heads, json } = self;
        let app = wiring::configured_app(config)?;
        let folder = heads.unwrap_or_else(|| config.state_dir());
        let verdict = block_on(async move { Ok(app.verify_record(Some(&folder)).await?) })?;
        if json {
            line(document(&verdict));
        } else {
            in_words(&verdict);
        }
        Ok(if verdict.stands() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn document(verdict: &Verdict) -> Value {
    let chains: Vec<Value> = verdict
        .chains
        .iter()
        .map(|chain| {
            let findings: Vec<Value> = chain
                .findings
                .iter()
                .map(|finding| {
                    json!({ "kind": finding.word(), "entry": finding.entry(), "seq": finding.seq(),
                        "sentence": finding.to_string() })
                })
                .collect();
            json!({ "company": chain.company.map(|id| id.to_string()), "entries": chain.entries,
                "waiting": chain.waiting, "found": chain.found, "findings": findings })
        })
        .collect();
    json!({ "passed": verdict.stands(), "heads_compared": verdict.heads_compared, "chains": chains })
}

fn in_words(verdict: &Verdict) {
    for chain in &verdict.chains {
        let whose = chain.company.map_or_else(|| "installation".into(), |id| format!("company {id}"));
        line(format!("{whose}: {} entries, {} waiting for their link", chain.entries, chain.waiting));
        for finding in &chain.findings {
            line(format!("  {}: {finding}", finding.word()));
        }
        if chain.found > chain.findings.len() {
            line(format!("  and {} more", chain.found - chain.findings.len()));
        }
    }
    line(format!("{} ends written down outside were compared", verdict.heads_compared));
    if verdict.stands() {
        line("the record stands as it was written");
    } else {
        remark(
            "the record was changed behind AskPro's back: keep this database as it is, restore the last \
             backup beside it, and compare the entries named above",
        );
    }
}
