//! The ends of the chains, written down outside the database: whoever cuts off
//! the end of a chain, or puts an older database in its place, cannot reach them.
//!
//! `audit-heads.jsonl` in the state directory has a line per chain and day, for
//! ever, to be copied elsewhere; `audit-heads.now.jsonl` has the ends of a minute
//! ago. Each line is one JSON object: installation, company, seq, link, at.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
};

use askpro_domain::ids::CompanyId;
use askpro_store::{
    Error, Platform, Result,
    audit::chain::{self, Head},
    installation,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{KEEPING, PATIENCE};
use crate::App;

const DAILY: &str = "audit-heads.jsonl";
const LATEST: &str = "audit-heads.now.jsonl";

#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    installation: Uuid,
    company: Option<Uuid>,
    seq: i64,
    link: String,
}

impl App {
    pub(super) async fn installation_id(&self) -> Result<Uuid> {
        let because = Platform { because: "the installation's name stands beside what is written down" };
        Ok(self.store.platform_read(because, PATIENCE, |tx| installation::read(tx)).await?.id)
    }

    /// Writes down where every chain ends now, and once a day for ever.
    pub(super) async fn write_heads(&self) -> Result<()> {
        let Some(state) = self.state.clone() else { return Ok(()) };
        let installation = self.installation_id().await?;
        let heads = self.store.platform_read(KEEPING, PATIENCE, chain::heads).await?;
        let now = self.clock.now();
        let lines: String = heads.iter().map(|head| written(head, installation, now)).collect();
        let outcome = tokio::task::spawn_blocking(move || {
            state.replace(&state.file(LATEST), lines.as_bytes())?;
            let daily = state.file(DAILY);
            if last_day(&daily) < Some(day(now)) { append(&daily, &lines) } else { Ok(()) }
        });
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Error::Unavailable(format!("the state directory: {error}"))),
            Err(_) => Err(Error::Unavailable("writing to the state directory broke off".into())),
        }
    }
}

fn written(head: &Head, installation: Uuid, at: Timestamp) -> String {
    let line = Line {
        at,
        installation,
        company: head.company.map(|company| company.0),
        seq: head.seq,
        link: head.link.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    serde_json::to_string(&line).map(|text| text + "\n").unwrap_or_default()
}

fn day(at: Timestamp) -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(at).date()
}

fn lines(file: &Path) -> impl Iterator<Item = Line> + use<> {
    let opened = fs::File::open(file).ok().map(BufReader::new);
    opened
        .into_iter()
        .flat_map(|file| file.lines().map_while(std::result::Result::ok))
        .filter_map(|line| serde_json::from_str(&line).ok())
}

/// On which day something was last written for ever.
fn last_day(file: &Path) -> Option<jiff::civil::Date> {
    lines(file).map(|line| day(line.at)).max()
}

fn append(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()
}

/// The ends of this installation's chains that were written down in a folder.
pub(super) fn read(folder: &Path, installation: Uuid) -> Vec<Head> {
    let mut seen = BTreeSet::new();
    [DAILY, LATEST]
        .iter()
        .flat_map(|name| lines(&folder.join(name)))
        .filter(|line| line.installation == installation)
        .filter(|line| seen.insert((line.company, line.seq, line.link.clone())))
        .map(|line| Head { company: line.company.map(CompanyId), seq: line.seq, link: unhex(&line.link) })
        .collect()
}

/// What is no hexadecimal fits no link.
fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map_while(|at| text.get(2 * at..2 * at + 2))
        .map_while(|pair| u8::from_str_radix(pair, 16).ok())
        .collect()
}
