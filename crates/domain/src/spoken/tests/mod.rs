//! Tables of phrases written before the grammar was tuned on them, and properties.

mod english;
mod families;
mod german;
mod literal;
mod more;
mod properties;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{CallersWhen, Window, callers_when};
use crate::{calendar::zone, language::Language};

/// A Tuesday morning. Monday is the 17th, calendar week 47.
const NOW: &str = "2025-11-18T10:20:00+01:00";

/// Checks phrases against readings in a short notation:
///
/// `=11-21 15:00` a clock time · `11-21` a day · `11-24..11-30` days, the last
/// included · `11-21 13:00-18:00` hours of a day · `11-21..` from then on · `now..`
/// · `?` the day must be asked for · `-` not understood. Several are joined by ` & `,
/// accepted readings by ` | `. Dates of another year have it in front.
fn check(language: Language, rows: &[(&str, &str)]) {
    let zone = zone("Europe/Berlin").expect("bundled");
    let now: Timestamp = NOW.parse().expect("valid");
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let read = shown(&callers_when(text, now, &zone, language), now, &zone);
            let fits = expected.split(" | ").any(|reading| reading == read);
            (!fits).then(|| format!("{text:?}: expected {expected}, got {read}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} phrases:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn shown(when: &CallersWhen, now: Timestamp, zone: &TimeZone) -> String {
    match when {
        CallersWhen::NeedsDate => "?".to_owned(),
        CallersWhen::NotUnderstood => "-".to_owned(),
        CallersWhen::Windows { windows, exact } => {
            let all: Vec<String> =
                windows.iter().map(|window| shown_window(window, *exact, now, zone)).collect();
            all.join(" & ")
        }
    }
}

fn shown_window(window: &Window, exact: bool, now: Timestamp, zone: &TimeZone) -> String {
    let local = |at: Timestamp| zone.to_datetime(at);
    let this_year = local(now).year();
    let day = |at: DateTime| {
        let date = at.date();
        if date.year() == this_year { date.strftime("%m-%d").to_string() } else { date.to_string() }
    };
    let clock = |at: DateTime| at.strftime("%H:%M").to_string();
    let midnight = |at: DateTime| at.hour() == 0 && at.minute() == 0;
    let from = local(window.from);
    if exact {
        return format!("={} {}", day(from), clock(from));
    }
    let starts_now = window.from == now;
    let start = match (starts_now, midnight(from)) {
        (true, _) => "now".to_owned(),
        (_, true) => day(from),
        _ => format!("{} {}", day(from), clock(from)),
    };
    let Some(to) = window.to.map(local) else { return format!("{start}..") };
    let last = if midnight(to) { to.yesterday().expect("in range") } else { to };
    if last.date() == from.date() {
        return match (starts_now, midnight(from), midnight(to)) {
            (false, true, true) => day(from),
            (true, _, true) => "now-24:00".to_owned(),
            (true, _, false) => format!("now-{}", clock(to)),
            (_, _, ends) => {
                let end = if ends { "24:00".to_owned() } else { clock(to) };
                format!("{} {}-{end}", day(from), clock(from))
            }
        };
    }
    match midnight(to) {
        true => format!("{start}..{}", day(last)),
        false => format!("{start}..{} {}", day(to), clock(to)),
    }
}
