//! Policies as they are stored: `{"cancel": {"minutes": 1440, "cut_off":
//! {"days_before": 1, "at": "18:00"}}}`; what is not said is absent.

use askpro_domain::policy::{CutOff, Notice, Policy};
use jiff::civil::Time;
use serde_json::{Map, Value as Json, json};

use crate::error::{Error, Result};

const CHANGES: [&str; 3] = ["book", "reschedule", "cancel"];

/// Writes what is said.
pub(crate) fn write(policy: &Policy) -> Json {
    let notices = [policy.book, policy.reschedule, policy.cancel];
    let said = CHANGES.into_iter().zip(notices).filter(|(_, notice)| *notice != Notice::NONE);
    Json::Object(said.map(|(change, notice)| (change.to_owned(), write_notice(notice))).collect())
}

fn write_notice(notice: Notice) -> Json {
    let mut said = Map::new();
    if let Some(minutes) = notice.minutes {
        said.insert("minutes".into(), json!(minutes));
    }
    if let Some(CutOff { days_before, at }) = notice.cut_off {
        let at = at.strftime("%H:%M").to_string();
        said.insert("cut_off".into(), json!({ "days_before": days_before, "at": at }));
    }
    Json::Object(said)
}

/// Reads what was written; nothing at all is a policy that says nothing.
pub(crate) fn read(json: &Json) -> Result<Policy> {
    let mut notices = [Notice::NONE; 3];
    for (notice, change) in notices.iter_mut().zip(CHANGES) {
        if let Some(said) = json.get(change) {
            *notice = read_notice(said).ok_or_else(|| Error::Impossible("a stored policy".into()))?;
        }
    }
    let [book, reschedule, cancel] = notices;
    Ok(Policy { book, reschedule, cancel })
}

fn read_notice(json: &Json) -> Option<Notice> {
    let minutes = match json.get("minutes") {
        Some(minutes) => Some(u32::try_from(minutes.as_u64()?).ok()?),
        None => None,
    };
    let cut_off = match json.get("cut_off") {
        Some(cut_off) => {
            let days_before = u16::try_from(cut_off.get("days_before")?.as_u64()?).ok()?;
            let at: Time = cut_off.get("at")?.as_str()?.parse().ok()?;
            Some(CutOff { days_before, at })
        }
        None => None,
    };
    Some(Notice { minutes, cut_off })
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_policy_comes_back_as_it_was_written() {
        let cut_off = Some(CutOff { days_before: 1, at: time(18, 30, 0, 0) });
        let policy = Policy {
            book: Notice::NONE,
            reschedule: Notice { minutes: Some(0), cut_off },
            cancel: Notice { minutes: Some(1_440), cut_off: None },
        };
        assert_eq!(read(&write(&policy)).unwrap(), policy);
        assert_eq!(read(&Json::Null).unwrap(), Policy::NONE);
        assert!(read(&json!({ "cancel": { "minutes": -5 } })).is_err());
    }
}
