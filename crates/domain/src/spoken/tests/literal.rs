//! Expressions by themselves, at the reference of the corpora: Tuesday, 12 February 2013, 04:30 at -02:00.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::language::Language;
use crate::spoken::{Direction, literal_when};

/// Rows of text and reading: `from [to] grain [After|Before]`, times without seconds where they are zero.
fn check(language: Language, rows: &[(&str, &str)]) {
    let reference: Timestamp = "2013-02-12T04:30:00-02:00".parse().expect("valid");
    let reference = reference.to_zoned_datetime(TimeZone::fixed(Offset::constant(-2)));
    let shown = |text: &str| match literal_when(text, &reference, language) {
        Err(_) => "-".to_owned(),
        Ok(when) => {
            let time = |at: jiff::civil::DateTime| {
                let long = at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
                let short = long.strip_suffix(":00").unwrap_or(&long);
                short.strip_suffix("T00:00").unwrap_or(short).to_owned()
            };
            let to = when.to.map_or(String::new(), |to| format!(" {}", time(to)));
            let direction = match when.direction {
                Some(Direction::After) => " After",
                Some(Direction::Before) => " Before",
                None => "",
            };
            format!("{}{to} {:?}{direction}", time(when.from), when.grain)
        }
    };
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(text, expected)| shown(text) != *expected)
        .map(|(text, expected)| format!("{text:?}: expected {expected}, got {}", shown(text)))
        .collect();
    assert!(wrong.is_empty(), "{} of {} phrases:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn english_days() {
    check(
        Language::En,
        &[
            ("now", "2013-02-12T04:30 Second"),
            ("yesterday", "2013-02-11 Day"),
            ("mon, february 18", "2013-02-18 Day"),
            ("tuesday the 19th", "2013-02-19 Day"),
            ("the 1st of march", "2013-03-01 Day"),
            ("the ides of march", "2013-03-15 Day"),
            ("3rd of march 2015", "2015-03-03 Day"),
            ("10/31/74", "1974-10-31 Day"),
            ("10-31-74", "1974-10-31 Day"),
            ("10.31.1974", "1974-10-31 Day"),
            ("31/Oct/1974", "1974-10-31 Day"),
            ("31-Oct-74", "1974-10-31 Day"),
            ("1974-10-31", "1974-10-31 Day"),
            ("April 14, 2015", "2015-04-14 Day"),
            ("around next tuesday", "2013-02-19 Day"),
            ("Sunday, Feb 10", "2013-02-10 Day"),
            ("this week", "2013-02-11 Week"),
            ("last week", "2013-02-04 Week"),
            ("last month", "2013-01-01 Month"),
            ("22nd of next month", "2013-03-22 Day"),
            ("20th of the current month", "2013-02-20 Day"),
            ("20th of previous month", "2013-01-20 Day"),
            ("this quarter", "2013-01-01 Quarter"),
            ("next qtr", "2013-04-01 Quarter"),
            ("third quarter", "2013-07-01 Quarter"),
            ("the 4th qtr of 2018", "2018-10-01 Quarter"),
            ("18q4", "2018-10-01 Quarter"),
            ("last year", "2012-01-01 Year"),
            ("in 2014", "2014-01-01 Year"),
            ("last sunday", "2013-02-10 Day"),
            ("sunday from last week", "2013-02-10 Day"),
            ("last week's sunday", "2013-02-10 Day"),
            ("last tuesday", "2013-02-05 Day"),
            ("next wednesday", "2013-02-20 Day"),
            ("wednesday of next week", "2013-02-20 Day"),
            ("monday of this week", "2013-02-11 Day"),
            ("the day before yesterday", "2013-02-10 Day"),
            ("last Monday of March", "2013-03-25 Day"),
            ("last Sunday of March 2014", "2014-03-30 Day"),
            ("third day of october", "2013-10-03 Day"),
            ("the week of october 7th", "2013-10-07 Week"),
            ("last day of october 2015", "2015-10-31 Day"),
            ("last week of september 2014", "2014-09-22 Week"),
            ("third tuesday of september 2014", "2014-09-16 Day"),
            ("third tuesday after christmas 2014", "2015-01-13 Day"),
            ("next March", "2013-03-01 Month"),
            ("March after next", "2014-03-01 Month"),
            ("second to last day of may", "2013-05-30 Day"),
            ("the closest Monday to Feb 5th", "2013-02-04 Day"),
            ("second closest Mon to October fifth", "2013-09-30 Day"),
            ("the 1st", "2013-03-01 Day"),
            ("thursday after next", "2013-02-21 Day"),
            ("two fridays from now", "2013-02-22 Day"),
        ],
    );
}

#[test]
fn english_times() {
    check(
        Language::En,
        &[
            ("3 in the AM", "2013-02-13T03:00 Hour"),
            ("3 oclock am", "2013-02-13T03:00 Hour"),
            ("3ish pm", "2013-02-12T15:00 Hour"),
            ("3 o'clock in the afternoon", "2013-02-12T15:00 Hour"),
            ("a quarter past 3pm", "2013-02-12T15:15 Minute"),
            ("for a quarter past 3pm", "2013-02-12T15:15 Minute"),
            ("three twenty", "2013-02-12T15:20 Minute"),
            ("half three", "2013-02-12T15:30 Minute"),
            ("3:30 p m", "2013-02-12T15:30 Minute"),
            ("15:23:24", "2013-02-12T15:23:24 Second"),
            ("9:01:10 AM", "2013-02-12T09:01:10 Second"),
            ("a quarter to noon", "2013-02-12T11:45 Minute"),
            ("8 tonight", "2013-02-12T20:00 Hour"),
            ("tonight at 8 o'clock", "2013-02-12T20:00 Hour"),
            ("at 7:30 PM on Fri, Sep 20", "2013-09-20T19:30 Minute"),
            ("on Saturday for 9am", "2013-02-16T09:00 Hour"),
            ("Fri, Jul 18, 2014 07:00 PM", "2014-07-18T19:00 Minute"),
            ("in a sec", "2013-02-12T04:30:01 Second"),
            ("in one minute", "2013-02-12T04:31 Second"),
            ("in 60 minutes", "2013-02-12T05:30 Second"),
            ("in half an hour", "2013-02-12T05:00 Second"),
            ("in 1/2 h", "2013-02-12T05:00 Second"),
            ("in 2.5 hours", "2013-02-12T07:00 Second"),
            ("in 2 and an half hours", "2013-02-12T07:00 Second"),
            ("in one hour", "2013-02-12T05:30 Minute"),
            ("in a few hours", "2013-02-12T07:30 Minute"),
            ("in 24 hours", "2013-02-13T04:30 Minute"),
            ("a day from now", "2013-02-13T04:00 Hour"),
            ("7 days ago", "2013-02-05T04:00 Hour"),
            ("a week ago", "2013-02-05 Day"),
            ("three months ago", "2012-11-12 Day"),
            ("two years ago", "2011-02-01 Month"),
            ("at noon", "2013-02-12T12:00 Hour"),
            ("at 12am", "2013-02-13 Hour"),
            ("tomorrow at midnight", "2013-02-14 Hour"),
            ("this evening at 12", "2013-02-13 Hour"),
            ("9 tomorrow morning", "2013-02-13T09:00 Hour"),
            ("at 5 tomorrow evening", "2013-02-13T17:00 Hour"),
            ("at 1030am", "2013-02-12T10:30 Minute"),
            ("at 7:30 in the evening", "2013-02-12T19:30 Minute"),
            ("tomorrow at 150ish", "2013-02-13T01:50 Minute"),
            ("at 4:23", "2013-02-12T16:23 Minute"),
            ("day after tomorrow 5pm", "2013-02-14T17:00 Hour"),
            ("4pm CET", "2013-02-12T13:00 Hour"),
        ],
    );
}

#[test]
fn english_stretches() {
    check(
        Language::En,
        &[
            ("this winter", "2012-12-21 2013-03-21 Day"),
            ("this past weekend", "2013-02-08T18:00 2013-02-11 Hour"),
            ("this week-end", "2013-02-15T18:00 2013-02-18 Hour"),
            ("late last night", "2013-02-11T21:00 2013-02-12 Hour"),
            ("last night", "2013-02-11T18:00 2013-02-12 Hour"),
            ("after lunch", "2013-02-12T13:00 2013-02-12T17:00 Hour"),
            ("after work", "2013-02-12T17:00 2013-02-12T21:00 Hour"),
            ("last 2 seconds", "2013-02-12T04:29:58 2013-02-12T04:30 Second"),
            ("last 2 minutes", "2013-02-12T04:28 2013-02-12T04:30 Minute"),
            ("next 3 hours", "2013-02-12T05:00 2013-02-12T08:00 Hour"),
            ("last 2 weeks", "2013-01-28 2013-02-11 Week"),
            ("past 2 months", "2012-12-01 2013-02-01 Month"),
            ("next 3 years", "2014-01-01 2017-01-01 Year"),
            ("July 13 to 15", "2013-07-13 2013-07-16 Day"),
            ("July 13 thru 15", "2013-07-13 2013-07-16 Day"),
            ("later than 9:30 but before 11:00 on Thursday", "2013-02-14T09:30 2013-02-14T11:01 Minute"),
            ("Thursday from 9:30 to 11:00", "2013-02-14T09:30 2013-02-14T11:01 Minute"),
            ("tomorrow in between 1-2:30 ish", "2013-02-13T01:00 2013-02-13T02:31 Minute"),
            ("3-4pm", "2013-02-12T15:00 2013-02-12T17:00 Hour"),
            ("from 3 to 4 in the PM", "2013-02-12T15:00 2013-02-12T17:00 Hour"),
            ("around 3-4pm", "2013-02-12T15:00 2013-02-12T17:00 Hour"),
            ("8am - 1pm", "2013-02-12T08:00 2013-02-12T14:00 Hour"),
            ("this Thu 9-11am", "2013-02-14T09:00 2013-02-14T12:00 Hour"),
            ("11:30-1:30", "2013-02-12T11:30 2013-02-12T13:31 Minute"),
            ("within 2 weeks", "2013-02-12T04:30 2013-02-26 Second"),
            ("by 2:00pm", "2013-02-12T04:30 2013-02-12T14:00 Second"),
            ("by EOD", "2013-02-12T04:30 2013-02-13 Second"),
            ("by EOM", "2013-02-12T04:30 2013-03-01 Second"),
            ("by the end of next month", "2013-02-12T04:30 2013-04-01 Second"),
            ("ASAP", "2013-02-12T04:30 Second After"),
            ("after 5 days", "2013-02-17T04:00 Hour After"),
            ("before 11 am", "2013-02-12T11:00 Hour Before"),
            ("through 2:00pm", "2013-02-12T14:00 Minute Before"),
            ("anytime after 2 pm", "2013-02-12T14:00 Hour After"),
            ("last weekend of July", "2013-07-26T18:00 2013-07-29 Hour"),
            ("rest of the week", "2013-02-12 2013-02-17 Day"),
            ("early March", "2013-03-01 2013-03-11 Day"),
            ("mid March", "2013-03-11 2013-03-21 Day"),
            ("late March", "2013-03-21 2013-04-01 Day"),
            ("beginning of year", "2013-01-01 2013-04-01 Month"),
            ("by EOY", "2013-02-12T04:30 2014-01-01 Second"),
            ("beginning of this week", "2013-02-11 2013-02-14 Day"),
            ("end of last week", "2013-02-08 2013-02-11 Day"),
        ],
    );
}

#[test]
fn german_expressions() {
    check(
        Language::De,
        &[
            ("jetzt", "2013-02-12T04:30 Second"),
            ("vorgestern", "2013-02-10 Day"),
            ("montag, 18. februar", "2013-02-18 Day"),
            ("dienstag der 19.", "2013-02-19 Day"),
            ("erster märz", "2013-03-01 Day"),
            ("am 15.", "2013-02-15 Day"),
            ("31.10.1974", "1974-10-31 Day"),
            ("31.10.74", "1974-10-31 Day"),
            ("14 april 2015", "2015-04-14 Day"),
            ("Sonntag, 10. Feb", "2013-02-10 Day"),
            ("diese woche", "2013-02-11 Week"),
            ("letzten monat", "2013-01-01 Month"),
            ("drittes quartal", "2013-07-01 Quarter"),
            ("4. quartal 2018", "2018-10-01 Quarter"),
            ("letztes jahr", "2012-01-01 Year"),
            ("sonntag der letzten woche", "2013-02-10 Day"),
            ("letzten dienstag", "2013-02-05 Day"),
            ("montag dieser woche", "2013-02-11 Day"),
            ("letzter sonntag im märz 2014", "2014-03-30 Day"),
            ("dritter tag im oktober", "2013-10-03 Day"),
            ("letzter tag im oktober 2015", "2015-10-31 Day"),
            ("dritter dienstag im september 2014", "2014-09-16 Day"),
            ("um 3 in der früh", "2013-02-13T03:00 Hour"),
            ("3 uhr morgens", "2013-02-13T03:00 Hour"),
            ("viertel vor 12", "2013-02-12T11:45 Minute"),
            ("8 uhr abends", "2013-02-12T20:00 Hour"),
            ("freitag um 19:30", "2013-02-15T19:30 Minute"),
            ("samstag um 9 uhr", "2013-02-16T09:00 Hour"),
            ("in einer sekunde", "2013-02-12T04:30:01 Second"),
            ("in einer minute", "2013-02-12T04:31 Second"),
            ("in einer halben stunde", "2013-02-12T05:00 Second"),
            ("in 24 stunden", "2013-02-13T04:30 Minute"),
            ("vor 7 tagen", "2013-02-05T04:00 Hour"),
            ("vor einer woche", "2013-02-05 Day"),
            ("vor drei monaten", "2012-11-12 Day"),
            ("vor zwei jahren", "2011-02-01 Month"),
            ("letzten zwei wochen", "2013-01-28 2013-02-11 Week"),
            ("letzten 2 sekunden", "2013-02-12T04:29:58 2013-02-12T04:30 Second"),
            ("13. - 15. Juli", "2013-07-13 2013-07-16 Day"),
            ("Juli 13-15", "2013-07-13 2013-07-16 Day"),
            ("9:30 - 11:00", "2013-02-12T09:30 2013-02-12T11:01 Minute"),
            ("donnerstag von 9 bis 11", "2013-02-14T09:00 2013-02-14T12:00 Hour"),
            ("dieses wochenende", "2013-02-15T18:00 2013-02-18 Hour"),
            ("gestern abend", "2013-02-11T18:00 2013-02-12 Hour"),
            ("um mitternacht", "2013-02-13 Hour"),
            ("um mittag", "2013-02-12T12:00 Hour"),
            ("silvester", "2013-12-31 Day"),
            ("karfreitag", "2013-03-29 Day"),
            ("heute um 14 Uhr", "2013-02-12T14:00 Hour"),
            ("morgen um 15 uhr", "2013-02-13T15:00 Hour"),
            ("vor 11 uhr", "2013-02-12T11:00 Hour Before"),
            ("bis 14 uhr", "2013-02-12T14:00 Hour Before"),
        ],
    );
}
