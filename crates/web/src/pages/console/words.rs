//! Times, money and numbers as a reader of the language writes them.

use askpro_domain::{calendar::zone, language::Language, money::Money};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::pages::Texts;

/// What Retell bills in dollars is shown in euros at this fixed rate, which stands
/// beside the figures: a rate that moved would change what yesterday's calls cost.
pub(super) const EURO_PER_DOLLAR: f64 = 0.86;

/// Writes in a language and a zone.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) t: Texts,
    pub(super) zone: TimeZone,
    zone_id: String,
}

impl Words {
    pub(super) fn new(t: Texts, zone_id: &str) -> Self {
        let known = zone(zone_id).unwrap_or(TimeZone::UTC);
        Self { t, zone: known, zone_id: zone_id.to_owned() }
    }

    fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    fn is_german(&self) -> bool {
        self.t.0 == Language::De
    }

    /// `14:32:07`.
    pub(super) fn clock(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M:%S").to_string()
    }

    /// `14:32`.
    pub(super) fn time(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M").to_string()
    }

    /// How far the zone is ahead of UTC.
    pub(super) fn offset_minutes(&self, at: Timestamp) -> i32 {
        self.zone.to_offset(at).seconds() / 60
    }

    /// `MEZ` where people call it so, else the zone's abbreviation.
    pub(super) fn zone_name(&self, at: Timestamp) -> String {
        let short = self.zone.to_offset_info(at).abbreviation().to_owned();
        match (self.is_german(), short.as_str()) {
            (true, "CET") => "MEZ".into(),
            (true, "CEST") => "MESZ".into(),
            _ => short,
        }
    }

    /// `MEZ (Berlin)`.
    pub(super) fn zone_place(&self, at: Timestamp) -> String {
        let place = self.zone_id.rsplit('/').next().unwrap_or_default().replace('_', " ");
        format!("{} ({place})", self.zone_name(at))
    }

    pub(super) fn date(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    fn listed(&self, key: &str, index: usize) -> String {
        self.t.say(key).split(' ').nth(index).unwrap_or_default().to_owned()
    }

    /// `Fr`.
    pub(super) fn weekday(&self, date: Date) -> String {
        self.listed("weekdays-short", weekday_index(date))
    }

    /// `Freitag`.
    pub(super) fn weekday_long(&self, date: Date) -> String {
        self.listed("weekdays", weekday_index(date))
    }

    /// `November`.
    pub(super) fn month(&self, date: Date) -> String {
        self.listed("months", usize::try_from(date.month() - 1).unwrap_or(0))
    }

    /// `27.11.` or `27 Nov`.
    pub(super) fn short_date(&self, date: Date) -> String {
        if self.is_german() {
            format!("{}.{}.", date.day(), date.month())
        } else {
            let month = self.month(date);
            format!("{} {}", date.day(), month.get(..3).unwrap_or(&month))
        }
    }

    /// `Fr 27.11.`
    pub(super) fn day(&self, date: Date) -> String {
        format!("{} {}", self.weekday(date), self.short_date(date))
    }

    /// `Freitag, 27. November 2026`.
    pub(super) fn long_day(&self, date: Date) -> String {
        let (weekday, month) = (self.weekday_long(date), self.month(date));
        if self.is_german() {
            format!("{weekday}, {}. {month} {}", date.day(), date.year())
        } else {
            format!("{weekday}, {} {month} {}", date.day(), date.year())
        }
    }

    /// `27. November`.
    pub(super) fn day_and_month(&self, date: Date) -> String {
        let month = self.month(date);
        if self.is_german() { format!("{}. {month}", date.day()) } else { format!("{} {month}", date.day()) }
    }

    /// `Fr 27.11., 14:30`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        format!("{}, {}", self.day(self.date(at)), self.time(at))
    }

    /// `heute`, `gestern`, `morgen`, else the day.
    pub(super) fn near_day(&self, date: Date, today: Date) -> String {
        let near = if date == today {
            Some("day-today")
        } else if date.tomorrow().is_ok_and(|next| next == today) {
            Some("day-yesterday")
        } else if today.tomorrow().is_ok_and(|next| next == date) {
            Some("day-tomorrow")
        } else {
            None
        };
        near.map_or_else(|| self.day(date), |key| self.t.say(key).into_owned())
    }

    /// `vor 3 Minuten`.
    pub(super) fn ago(&self, at: Timestamp, now: Timestamp) -> String {
        self.t.with("ago", span_words(now.duration_since(at).as_secs().max(0))).into_owned()
    }

    /// `in 3 Stunden`, or `seit 3 Stunden fällig`.
    pub(super) fn due(&self, at: Timestamp, now: Timestamp) -> String {
        let seconds = at.duration_since(now).as_secs();
        let key = if seconds >= 0 { "due-in" } else { "due-since" };
        self.t.with(key, span_words(seconds.abs())).into_owned()
    }

    fn decimal(&self, number: f64, places: usize) -> String {
        let text = format!("{number:.places$}");
        if self.is_german() { text.replace('.', ",") } else { text }
    }

    /// `1.234` or `1,234`.
    pub(super) fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let mark = if self.is_german() { '.' } else { ',' };
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }

    /// `1,81 s`.
    pub(super) fn seconds(&self, ms: u32) -> String {
        let places = match ms {
            0 => 0,
            1..995 => 2,
            _ => 1,
        };
        format!("{} s", self.decimal(f64::from(ms) / 1_000.0, places))
    }

    /// `1.812 ms`.
    pub(super) fn milliseconds(&self, ms: u32) -> String {
        format!("{} ms", self.count(u64::from(ms)))
    }

    /// `1:08`.
    pub(super) fn length(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1_000;
        if seconds >= 3_600 {
            format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        } else {
            format!("{}:{:02}", seconds / 60, seconds % 60)
        }
    }

    /// `89,00 €` or `€89.00`.
    pub(super) fn money(&self, money: Money) -> String {
        let sign = if money.cents < 0 { "-" } else { "" };
        let cents = money.cents.unsigned_abs();
        let whole = self.count(cents / 100);
        let mark = if self.is_german() { ',' } else { '.' };
        let number = format!("{sign}{whole}{mark}{:02}", cents % 100);
        match money.currency.code() {
            "EUR" if self.is_german() => format!("{number} €"),
            "EUR" => format!("€{number}"),
            other => format!("{number} {other}"),
        }
    }

    /// What a call cost, told in thousandths of a US cent, in euros.
    #[expect(clippy::cast_precision_loss, reason = "a call costs far less than 2^53 thousandths of a cent")]
    pub(super) fn cost(&self, millicents: i64) -> String {
        let euros = millicents as f64 / 100_000.0 * EURO_PER_DOLLAR;
        let number = self.decimal(euros, 2);
        if self.is_german() { format!("{number} €") } else { format!("€{number}") }
    }

    /// The rate behind [`Self::cost`].
    pub(super) fn rate(&self) -> String {
        self.decimal(EURO_PER_DOLLAR, 2)
    }
}

/// Monday is 0.
pub(super) fn weekday_index(date: Date) -> usize {
    usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)
}

/// A span in its greatest unit.
fn span_words(seconds: i64) -> [(&'static str, fluent_bundle::FluentValue<'static>); 2] {
    let (unit, count) = match seconds {
        ..60 => ("seconds", seconds),
        60..3_600 => ("minutes", seconds / 60),
        3_600..172_800 => ("hours", seconds / 3_600),
        _ => ("days", seconds / 86_400),
    };
    [("unit", unit.into()), ("count", count.into())]
}

/// Two letters of a name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A number of which the middle is hidden: enough to recognise, too little to ring.
pub(super) fn masked(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    if characters.len() < 8 {
        return number.to_owned();
    }
    let head: String = characters.iter().take(6).collect();
    let tail: String = characters.iter().skip(characters.len() - 3).collect();
    format!("{head} ••• {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: Language) -> Words {
        Words::new(Texts(language), "Europe/Berlin")
    }

    #[test]
    fn each_language_writes_its_own_numbers_and_dates() {
        let (de, en) = (words(Language::De), words(Language::En));
        let at: Timestamp = "2026-11-27T14:30:00+01:00".parse().unwrap();
        assert_eq!((de.moment(at), en.moment(at)), ("Fr 27.11., 14:30".into(), "Fri 27 Nov, 14:30".into()));
        assert_eq!(de.long_day(de.date(at)), "Freitag, 27. November 2026");
        assert_eq!(en.long_day(en.date(at)), "Friday, 27 November 2026");
        assert_eq!((de.zone_place(at), en.zone_place(at)), ("MEZ (Berlin)".into(), "CET (Berlin)".into()));
        let price = Money { cents: 123_405, currency: askpro_domain::money::Currency::EUR };
        assert_eq!((de.money(price), en.money(price)), ("1.234,05 €".into(), "€1,234.05".into()));
        assert_eq!((de.seconds(1_812), en.seconds(184)), ("1,8 s".into(), "0.18 s".into()));
        assert_eq!(de.cost(12_346), "0,11 €");
        assert_eq!((de.length(68_400), de.length(3_725_000)), ("1:08".into(), "1:02:05".into()));
        assert_eq!(de.ago(at, at + jiff::SignedDuration::from_mins(1)), "vor einer Minute");
        assert_eq!(en.due(at, at + jiff::SignedDuration::from_hours(3)), "due 3 hours ago");
    }

    #[test]
    fn a_masked_number_cannot_be_rung() {
        assert_eq!(masked("+4976112345207"), "+49761 ••• 207");
        assert_eq!(masked("12345"), "12345");
        assert_eq!(
            (initials("Katrin Maria Lindner"), initials(""), initials("ö")),
            ("KL".into(), "".into(), "Ö".into())
        );
    }
}
