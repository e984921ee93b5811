//! What callers say in English.

use super::check;
use crate::language::Language;

#[test]
fn clock_times() {
    check(
        Language::En,
        &[
            ("tomorrow at ten", "=11-19 10:00"),
            ("next tuesday at three", "=11-25 15:00"),
            ("friday at half three", "=11-21 15:30"),
            ("thursday at half past nine", "=11-20 09:30"),
            ("thursday quarter to five", "=11-20 16:45"),
            ("tomorrow at two thirty pm", "=11-19 14:30"),
            ("saturday at nine fifteen", "=11-22 09:15"),
            ("friday at 3 p.m.", "=11-21 15:00"),
            ("wednesday at 14:30", "=11-19 14:30"),
            ("wednesday at ten to four", "=11-19 15:50"),
            ("around fourish on thursday", "11-20 15:30-16:30"),
            ("tomorrow around noon", "11-19 11:30-12:30"),
            ("just after three on friday", "11-21 15:00-15:30"),
            ("shortly before ten tomorrow", "11-19 09:30-10:00"),
            ("tonight at seven", "=11-18 19:00"),
            ("six in the evening on thursday", "=11-20 18:00"),
            ("friday eleven am", "=11-21 11:00"),
            ("in an hour and a half", "=11-18 11:50"),
            ("monday at nine or ten", "=11-24 09:00 & =11-24 10:00"),
        ],
    );
}

#[test]
fn days_and_stretches() {
    check(
        Language::En,
        &[
            ("friday week", "11-28"),
            ("a week on thursday", "11-27"),
            ("a week from tomorrow", "11-26"),
            ("two weeks today at four", "=12-02 16:00"),
            ("the third of december", "12-03"),
            ("december the fourth at nine", "=12-04 09:00"),
            ("on the twenty fourth", "11-24"),
            ("the first monday in december", "12-01"),
            ("boxing day", "12-26"),
            ("new years eve in the morning", "12-31 06:00-12:00"),
            ("the day after christmas", "12-26"),
            ("early next week", "11-24..11-25"),
            ("end of the week", "11-20..11-21 | 11-21..11-23"),
            ("mid december", "12-11..12-20"),
            ("any time next week", "11-24..11-30"),
            ("this weekend", "11-22..11-23"),
            ("thursday late afternoon", "11-20 16:00-18:00"),
            ("first thing tomorrow", "11-19 06:00-10:00"),
            ("thursday after work", "11-20 17:00-22:00"),
            ("between nine and eleven on wednesday", "11-19 09:00-11:00"),
            ("from two to four on friday", "11-21 14:00-16:00"),
            ("friday before noon", "11-21 00:00-12:00"),
            ("by friday", "now..11-21"),
            ("from the first of december onwards", "12-01.."),
            ("no earlier than thursday", "11-20.."),
            ("as soon as possible", "now.."),
            ("friday the twenty first", "11-21"),
            ("friday the twentieth", "? | -"),
        ],
    );
}

#[test]
fn negations_alternatives_corrections_and_traps() {
    check(
        Language::En,
        &[
            ("next week but not friday", "11-24..11-27 & 11-29..11-30"),
            ("i cant do monday but tuesday is fine", "11-25"),
            ("thursday doesnt work how about friday", "11-21"),
            ("anything but monday next week", "11-25..11-30"),
            ("tuesday or wednesday afternoon", "11-19 13:00-18:00 & 11-25 13:00-18:00"),
            ("either friday at ten or monday at eleven", "=11-21 10:00 & =11-24 11:00"),
            ("tuesday at three no wait four", "=11-25 16:00"),
            ("friday actually make it saturday", "11-22"),
            ("my name is may and i may come on friday", "11-21"),
            ("an appointment for two people on friday at four", "=11-21 16:00"),
            ("a one hour massage tomorrow at eleven", "=11-19 11:00"),
            ("id like a haircut", "?"),
            ("in the afternoon", "?"),
            ("february thirtieth", "-"),
            ("yesterday at three", "-"),
            ("good morning could i come tomorrow afternoon", "11-19 13:00-18:00"),
        ],
    );
}
