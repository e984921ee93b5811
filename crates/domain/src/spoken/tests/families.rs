//! Ways of speaking as families: one member of each was met, its siblings belong to it.

use super::check;
use crate::language::Language;

#[test]
fn german() {
    check(
        Language::De,
        &[
            ("am Spätnachmittag nächsten Mittwoch", "11-19 16:00-18:00"),
            ("Freitag am Frühabend", "11-21 17:00-19:00"),
            ("am ersten Advent habt ihr ja zu, also am Samstag danach", "12-06"),
            ("an Heiligabend geht nix, den Tag drauf vielleicht", "12-25"),
            ("Donnerstag hab ich Dienst, Freitag um neun", "=11-21 09:00"),
            ("Donnerstag is schlecht, Freitag um neun", "=11-21 09:00"),
            ("Donnerstag passt ned so, Freitag um neun", "=11-21 09:00 | =11-20 09:00 & =11-21 09:00"),
            ("Donnerstag hab ich leider koa Zeit, Freitag um neun", "=11-21 09:00"),
            ("Freitag um zehn, danach muss ich weg", "=11-21 10:00"),
            ("Freitag nach dem Training", "11-21"),
            ("je eher desto besser", "now.."),
            ("um Viertel über vier am Donnerstag", "=11-20 16:15"),
            ("in der Woche vom 8.", "12-08..12-14"),
            ("in der Woche ab dem 8.", "12-08..12-14"),
            ("nicht vor dem 8. und nicht nach dem 10.", "12-08..12-10"),
            ("frühestens am Vierten, spätestens am Zwölften", "12-04..12-12"),
            (
                "ab nächster Woche, nur nicht freitags",
                "11-24..11-27 & 11-29..12-04 & 12-06..12-11 & 12-13..12-18 & 12-20..",
            ),
            ("ab nächster Woche, nur nicht am Freitag", "11-24..11-27 & 11-29.."),
            ("am Brückentag", "?"),
            ("nach den Weihnachtsferien", "?"),
            ("in den Weihnachtsferien am 29. Dezember", "12-29"),
            ("um dieselbe Zeit", "?"),
            ("nächsten Dienstag um dieselbe Zeit", "11-25"),
            ("Dienstag um drei, nein, Mittwoch um dieselbe Zeit", "=11-19 15:00"),
            ("nächste Woche gar nicht, die Woche drauf am Mittwoch", "12-03"),
            ("ich bin bis zum 20. im Urlaub", "11-21.."),
            ("ich bin vom 24. bis 28. verreist, danach jederzeit", "11-29.."),
            ("nicht diesen Freitag, sondern den danach", "11-28"),
            ("KW 49 oder 50", "12-01..12-14"),
            ("zum 15. um neun", "=12-15 09:00"),
            ("am Wochenende nach Heiligabend", "12-27..12-28"),
            ("vier oder halb fünf am Freitag", "=11-21 16:00 & =11-21 16:30"),
            ("in zwei, drei Tagen", "11-20..11-21"),
            ("in ein bis zwei Wochen", "11-25..12-02"),
            ("in einer guten Stunde", "=11-18 11:20"),
            ("in den nächsten zwei Stunden", "now-12:20"),
            ("heute über acht Tage", "11-25"),
            ("vor der Arbeit am Freitag", "11-21 06:00-10:00"),
            ("Freitag kann ich nicht vor vier", "11-21 16:00-24:00"),
            ("weder Montag noch Dienstag, sonst egal nächste Woche", "11-26..11-30"),
            ("Samstag, wenn nicht dann Montag", "11-22 & 11-24"),
            ("zum Essen, nicht am Montag, also Dienstag", "11-25"),
            ("nach dem Training von Oma am Freitag", "11-21"),
        ],
    );
}

#[test]
fn english() {
    check(
        Language::En,
        &[
            ("middle of May", "2026-05-11..2026-05-20"),
            ("late may", "2026-05-21..2026-05-31"),
            ("mid-January", "2026-01-11..2026-01-20"),
            ("the sooner the better", "now.."),
            ("i've got a meeting monday so thursday at eleven", "=11-20 11:00"),
            ("saturday's closed, so the monday after", "11-24"),
            ("this friday or the one after", "11-21 & 11-28"),
            ("last thing on thursday", "11-20 16:00-18:00"),
            ("end of the day friday", "11-21 16:00-18:00"),
            ("by the end of the day tomorrow", "now..11-19"),
            ("week commencing monday the 8th of december", "12-08..12-14"),
            ("in the next hour", "now-11:20"),
            ("within the next two hours", "now-12:20"),
            ("i'm away from the 24th to the 28th, any time after that", "11-29.."),
            ("thursday after work", "11-20 17:00-22:00"),
            ("before work on friday", "11-21 06:00-10:00"),
            ("four or half past four on friday", "=11-21 16:00 & =11-21 16:30"),
            ("the weekend after christmas", "12-27..12-28"),
            ("half term monday", "?"),
            ("fri 3.30", "=11-21 15:30"),
            ("one-ish on monday", "11-24 12:30-13:30"),
            ("in a week or two", "11-25..12-02"),
            (
                "any morning but thursday next week",
                "11-24 06:00-12:00 & 11-25 06:00-12:00 & 11-26 06:00-12:00 & 11-28 06:00-12:00 & 11-29 06:00-12:00 & 11-30 06:00-12:00",
            ),
            ("friday i can't do before four", "11-21 16:00-24:00"),
            ("neither monday nor tuesday, otherwise any day next week", "11-26..11-30"),
            ("28/11 at 9", "=11-28 09:00"),
            ("any time except fridays", "now..11-20 & 11-22..11-27 & 11-29..12-04 & 12-06..12-11 & 12-13.."),
            ("whenever you have something on friday", "11-21"),
            ("not before ten and not after twelve on friday", "11-21 10:00-12:00"),
            ("at 1500 hours on friday", "=11-21 15:00"),
            ("oh eight hundred on friday", "=11-21 08:00"),
        ],
    );
}
