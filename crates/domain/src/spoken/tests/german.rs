//! What callers of a hairdresser, a physiotherapist and a vet say in German.

use super::check;
use crate::language::Language;

#[test]
fn clock_times() {
    check(
        Language::De,
        &[
            ("morgen um zehn", "=11-19 10:00"),
            ("heute um 15 Uhr", "=11-18 15:00"),
            ("nächsten Freitag um halb drei", "=11-21 14:30"),
            ("übermorgen um dreiviertel neun", "=11-20 08:45"),
            ("donnerstag viertel nach vier", "=11-20 16:15"),
            ("am freitag um viertel auf drei", "=11-21 14:15"),
            ("morgen fünf vor halb elf", "=11-19 10:25"),
            ("freitag zehn nach halb drei", "=11-21 14:40"),
            ("am mittwoch um 14 uhr 30", "=11-19 14:30"),
            ("donnerstag vierzehn uhr dreissig", "=11-20 14:30"),
            ("samstag halb 3", "=11-22 14:30"),
            ("freitag um 14.30", "=11-21 14:30"),
            ("freitag 1430 uhr", "=11-21 14:30"),
            ("morgen 9:15 uhr", "=11-19 09:15"),
            ("um eins", "=11-18 13:00"),
            ("um zehn", "=11-19 10:00"),
            ("um halb elf", "=11-18 10:30"),
            ("heute abend um halb sieben", "=11-18 18:30"),
            ("morgen in der früh um sieben", "=11-19 07:00"),
            ("montag um zwölf uhr mittags", "=11-24 12:00"),
            ("dienstagnachmittag um vier", "=11-25 16:00"),
            ("am samstagvormittag so um elfe", "11-22 10:30-11:30"),
            ("geht es auch um zwanzig nach zwei am donnerstag", "=11-20 14:20"),
            ("in zwei stunden", "=11-18 12:20"),
            ("in einer dreiviertelstunde", "=11-18 11:05"),
            ("in anderthalb stunden", "=11-18 11:50"),
            ("um kurz nach drei am donnerstag", "11-20 15:00-15:30"),
            ("morgen circa 16 uhr", "11-19 15:30-16:30"),
            ("freitag pünktlich um acht uhr", "=11-21 08:00"),
            ("am mittwoch um neun oder um zehn", "=11-19 09:00 & =11-19 10:00"),
        ],
    );
}

#[test]
fn days() {
    check(
        Language::De,
        &[
            ("nächste woche donnerstag", "11-27"),
            ("donnerstag nächster woche um elf", "=11-27 11:00"),
            ("übernächsten freitag", "11-28 | 12-05"),
            ("heute in acht tagen", "11-25 | 11-26"),
            ("montag in vierzehn tagen", "12-08"),
            ("freitag in einer woche um drei", "=11-28 15:00"),
            ("in drei wochen am mittwoch", "12-10"),
            ("am vierundzwanzigsten", "11-24"),
            ("am vierten zwölften", "12-04"),
            ("am 3.12. um halb zehn", "=12-03 09:30"),
            ("am dritten dezember", "12-03"),
            ("am zweiundzwanzigsten november zwischen neun und elf", "11-22 09:00-11:00"),
            ("den achtundzwanzigsten elften um vierzehn uhr", "=11-28 14:00"),
            ("am sonnabend vormittag", "11-22 08:00-12:00"),
            ("kommenden montag früh", "11-24 06:00-10:00"),
            ("am buß und bettag", "11-19"),
            ("am ersten advent", "11-30"),
            ("am zweiten weihnachtsfeiertag", "12-26"),
            ("rosenmontag um zehn", "=2026-02-16 10:00"),
            ("am karfreitag", "2026-04-03"),
            ("am tag nach pfingstmontag", "2026-05-26"),
            ("am tag vor heiligabend", "12-23"),
            ("silvester vormittags", "12-31 08:00-12:00"),
            ("freitag den einundzwanzigsten", "11-21"),
            ("freitag den zwanzigsten", "? | -"),
            ("am einunddreißigsten elften", "-"),
            ("am ersten donnerstag im dezember um zehn", "=12-04 10:00"),
            ("am letzten montag im november", "11-24"),
            ("jänner", "2026-01-01..2026-01-31"),
            ("die woche drauf am dienstag", "11-25"),
            ("am dienstag den neunten dezember so gegen vier", "12-09 15:30-16:30"),
        ],
    );
}

#[test]
fn stretches_and_limits() {
    check(
        Language::De,
        &[
            ("ende nächster woche", "11-27..11-28"),
            (
                "anfang dezember vormittags",
                "12-01 08:00-12:00 & 12-02 08:00-12:00 & 12-03 08:00-12:00 & 12-04 08:00-12:00 & 12-05 08:00-12:00 & 12-06 08:00-12:00 & 12-07 08:00-12:00 & 12-08 08:00-12:00 & 12-09 08:00-12:00 & 12-10 08:00-12:00",
            ),
            ("diese woche noch", "now..11-23"),
            ("heuer noch", "now..12-31"),
            ("kw 49", "12-01..12-07"),
            ("in der fünfzigsten kalenderwoche", "12-08..12-14"),
            ("übernächste woche", "12-01..12-07"),
            ("bis ende der woche", "now..11-21 | now..11-23"),
            ("ab dem ersten dezember", "12-01.."),
            ("nach weihnachten", "12-27.."),
            ("nicht vor donnerstag", "11-20.."),
            ("vor dem fünften dezember", "now..12-04"),
            ("freitag nach der arbeit", "11-21 17:00-22:00"),
            ("morgen nach vier", "11-19 16:00-24:00"),
            ("am donnerstag erst ab siebzehn uhr", "11-20 17:00-24:00"),
            ("donnerstag bis spätestens zwölf", "11-20 00:00-12:00"),
            ("mittwoch von neun bis elf", "11-19 09:00-11:00"),
            ("montag von acht bis zwölf oder dienstag ab drei", "11-24 08:00-12:00 & 11-25 15:00-24:00"),
            ("vom ersten bis fünften dezember", "12-01..12-05"),
            ("zwischen dem zweiten und dem vierten dezember", "12-02..12-04"),
            ("montag bis mittwoch nächster woche", "11-24..11-26"),
            ("am späten nachmittag übermorgen", "11-20 16:00-18:00"),
            ("morgen am frühen abend", "11-19 17:00-19:00"),
            ("heute mittag", "11-18 12:00-14:00"),
            ("morgen gegen abend", "11-19 17:00-22:00"),
            (
                "unter der woche nächste woche vormittags",
                "11-24 08:00-12:00 & 11-25 08:00-12:00 & 11-26 08:00-12:00 & 11-27 08:00-12:00 & 11-28 08:00-12:00",
            ),
            ("ende november an einem freitag", "11-21 & 11-28"),
            (
                "im dezember an einem montag nachmittag",
                "12-01 13:00-18:00 & 12-08 13:00-18:00 & 12-15 13:00-18:00 & 12-22 13:00-18:00 & 12-29 13:00-18:00",
            ),
            ("so bald wie möglich", "now.."),
            ("sobald wie möglich aber nicht vor donnerstag", "11-20.."),
            ("mir ist das ganz egal", "now.."),
        ],
    );
}

#[test]
fn negations_alternatives_corrections() {
    check(
        Language::De,
        &[
            ("montag geht nicht aber dienstag würde gehen", "11-25"),
            ("nächste woche außer freitag", "11-24..11-27 & 11-29..11-30"),
            ("nächste woche aber nicht am montag und dienstag", "11-26..11-30"),
            ("nächste woche, montag kann ich nicht", "11-25..11-30"),
            ("donnerstag aber nicht vormittags", "11-20 00:00-08:00 & 11-20 12:00-24:00"),
            ("nicht morgen sondern übermorgen", "11-20"),
            ("mittwoch oder donnerstag nachmittag", "11-19 13:00-18:00 & 11-20 13:00-18:00"),
            ("entweder freitag um zehn oder montag um elf", "=11-21 10:00 & =11-24 11:00"),
            ("am dienstag um drei quatsch um vier", "=11-25 16:00"),
            ("morgen um zehn nee doch lieber übermorgen um elf", "=11-20 11:00"),
            ("am freitag moment nein am samstag", "11-22"),
            ("nächste woche montag ach nein dienstag um neun", "=11-25 09:00"),
            ("am dritten oder vierten dezember", "12-03..12-04"),
            (
                "dienstag mittwoch oder donnerstag vormittag",
                "11-19 08:00-12:00 & 11-20 08:00-12:00 & 11-25 08:00-12:00",
            ),
            ("nächste woche am liebsten mittwoch", "11-26"),
        ],
    );
}

#[test]
fn what_is_no_time_and_what_needs_a_day() {
    check(
        Language::De,
        &[
            ("ich bräuchte einen termin für waschen schneiden föhnen", "?"),
            ("für zwei personen am freitag um vier", "=11-21 16:00"),
            ("mein name ist freitag ich hätte gern am montag einen termin", "11-24"),
            ("bei herrn sommer am donnerstag", "11-20"),
            ("eine stunde massage morgen um elf", "=11-19 11:00"),
            ("das kostet achtzig euro oder morgen um neun", "=11-19 09:00"),
            ("meine nummer ist 0171 2345678", "?"),
            ("nachmittags", "?"),
            ("ab siebzehn uhr", "? | 11-18 17:00-24:00"),
            ("wann haben sie denn auf", "?"),
            ("gestern um drei", "-"),
            ("heute früh", "-"),
            ("um fünfundzwanzig uhr", "-"),
            ("am dreißigsten februar", "-"),
            ("", "-"),
            ("guten morgen ich hätte gern morgen einen termin", "11-19"),
            ("wir kommen zu dritt am samstag um zwei", "=11-22 14:00"),
            ("der hund ist zwölf wochen alt und braucht am mittwoch um zehn eine impfung", "=11-19 10:00"),
        ],
    );
}
