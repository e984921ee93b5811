//! Holidays by name. German names cover Germany in all its regions, with the
//! best known of Austria and Switzerland.

use jiff::civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

use super::{Lex, Row};
use crate::spoken::holiday::Holiday::{
    self, Advent, Before, ChineseNewYear, Easter, EasterStretch, FathersDay, Fixed, Nth, OrthodoxEaster,
    Stretch,
};

const fn fixed(month: i8, day: i8) -> Lex {
    Lex::Holiday(Fixed { month, day })
}

const fn easter(offset: i16) -> Lex {
    Lex::Holiday(Easter(offset))
}

const fn advent(offset: i16) -> Lex {
    Lex::Holiday(Advent(offset))
}

const fn nth(nth: i8, weekday: jiff::civil::Weekday, month: i8) -> Lex {
    Lex::Holiday(Nth { nth, weekday, month, plus: 0 })
}

/// Both days of Easter are meant by "Ostern"; what comes "nach Ostern" begins on the Tuesday.
pub(crate) const EASTER_DAYS: Holiday = EasterStretch { from: 0, to: 1 };
/// Whitsun, likewise.
pub(crate) const WHITSUN_DAYS: Holiday = EasterStretch { from: 49, to: 50 };
/// Christmas Day and Boxing Day.
pub(crate) const CHRISTMAS_DAYS: Holiday = Stretch { from: (12, 25), to: (12, 26) };

pub(super) const GERMAN: &[Row] = &[
    ("neujahr | neujahrstag", fixed(1, 1)),
    (
        "heilige drei koenige | heilig~ drei koenig~ | heilig drei koenig~ | dreikoenig~ | dreikoenig | dreikoenigstag | epiphanias",
        fixed(1, 6),
    ),
    ("valentinstag | valentin", fixed(2, 14)),
    (
        "weiberfastnacht | altweiber | altweiberfastnacht | schmutziger donnerstag | schmotziger donnerstag",
        easter(-52),
    ),
    ("rosenmontag | fastnachtsmontag", easter(-48)),
    (
        "faschingsdienstag | fastnachtsdienstag | veilchendienstag | fastnacht | fasching | faschingdienstag",
        easter(-47),
    ),
    ("aschermittwoch", easter(-46)),
    ("frauentag | internationaler frauentag | weltfrauentag", fixed(3, 8)),
    ("palmsonntag", easter(-7)),
    ("gruendonnerstag", easter(-3)),
    ("karfreitag", easter(-2)),
    ("karsamstag | ostersamstag", easter(-1)),
    ("ostersonntag", easter(0)),
    ("ostermontag", easter(1)),
    ("ostern | osterfeiertag~ | die ostertage | osterfest", Lex::Holiday(EASTER_DAYS)),
    ("osterwoche | karwoche", Lex::Holiday(EasterStretch { from: -6, to: 0 })),
    ("tag der arbeit | maifeiertag | erster mai", fixed(5, 1)),
    ("vatertag", Lex::Holiday(FathersDay)),
    ("muttertag", nth(2, Sunday, 5)),
    ("christi himmelfahrt | himmelfahrt | himmelfahrtstag | auffahrt | herrentag | maennertag", easter(39)),
    ("pfingstsamstag", easter(48)),
    ("pfingstsonntag", easter(49)),
    ("pfingstmontag", easter(50)),
    ("pfingsten | pfingstfeiertag~ | pfingstfest", Lex::Holiday(WHITSUN_DAYS)),
    ("fronleichnam", easter(60)),
    ("johannistag", fixed(6, 24)),
    ("bundesfeiertag | schweizer bundesfeiertag | schweizer nationalfeiertag", fixed(8, 1)),
    ("friedensfest | augsburger friedensfest", fixed(8, 8)),
    ("mariae himmelfahrt | maria himmelfahrt", fixed(8, 15)),
    ("weltkindertag | kindertag", fixed(9, 20)),
    ("tag der deutschen einheit | deutsche einheit | einheitstag", fixed(10, 3)),
    ("erntedank | erntedankfest", nth(1, Sunday, 10)),
    (
        "nationalfeiertag | oesterreichischer nationalfeiertag | oesterreichischen nationalfeiertag",
        fixed(10, 26),
    ),
    ("reformationstag | reformationsfest", fixed(10, 31)),
    ("halloween", fixed(10, 31)),
    ("allerheiligen", fixed(11, 1)),
    ("allerseelen", fixed(11, 2)),
    ("sankt martin | st martin | martinstag | martini", fixed(11, 11)),
    ("volkstrauertag", advent(-35)),
    (
        "busstag | buss und bettag | bussundbettag",
        Lex::Holiday(Before { weekday: Wednesday, month: 11, day: 23 }),
    ),
    ("totensonntag | ewigkeitssonntag", advent(-28)),
    ("erster advent | ersten advent | 1 advent | erster adventssonntag", advent(-21)),
    ("zweiter advent | zweiten advent | 2 advent", advent(-14)),
    ("dritter advent | dritten advent | 3 advent", advent(-7)),
    ("vierter advent | vierten advent | 4 advent", advent(0)),
    ("nikolaus | nikolaustag | sankt nikolaus", fixed(12, 6)),
    ("mariae empfaengnis | maria empfaengnis", fixed(12, 8)),
    ("heiligabend | heiliger abend | heiligen abend | heilig abend | weihnachtsabend", fixed(12, 24)),
    (
        "erster weihnachtstag | ersten weihnachtstag | erster weihnachtsfeiertag | ersten weihnachtsfeiertag | ersten feiertag | weihnachtstag | christtag",
        fixed(12, 25),
    ),
    (
        "zweiter weihnachtstag | zweiten weihnachtstag | zweiter weihnachtsfeiertag | zweiten weihnachtsfeiertag | zweiten feiertag | stephanstag | stefanitag | stefanstag",
        fixed(12, 26),
    ),
    (
        "weihnachten | weihnacht | weihnachtsfeiertag~ | weihnachtstage | weihnachtstagen | weihnachtsfest",
        Lex::Holiday(CHRISTMAS_DAYS),
    ),
    (
        "zwischen den jahren | zwischen den tagen | zwischen den feiertagen",
        Lex::Holiday(Stretch { from: (12, 27), to: (12, 31) }),
    ),
    (
        "zwischen weihnachten und neujahr | zwischen weihnachten und silvester",
        Lex::Holiday(Stretch { from: (12, 27), to: (12, 31) }),
    ),
    ("silvester | sylvester | silvesterabend | altjahrsabend", fixed(12, 31)),
    ("black friday | schwarzer freitag", Lex::Holiday(Nth { nth: 4, weekday: Thursday, month: 11, plus: 1 })),
    (
        "chinesisches neujahr | chinesisches neujahrsfest | chinesischen neujahr | chinesisch neujahr",
        Lex::Holiday(ChineseNewYear),
    ),
    ("orthodoxe ostern | orthodoxes osterfest | orthodoxer ostersonntag", Lex::Holiday(OrthodoxEaster(0))),
];

pub(super) const ENGLISH: &[Row] = &[
    ("new years day | new year day | new years | new year", fixed(1, 1)),
    ("epiphany | three kings day | twelfth night", fixed(1, 6)),
    (
        "martin luther king day | martin luther kings day | martin luther king jr day | martin luther king junior day | mlk day | mlk jr day | mlk",
        nth(3, Monday, 1),
    ),
    ("groundhog day | groundhogs day", fixed(2, 2)),
    ("super bowl sunday", nth(2, Sunday, 2)),
    ("valentines day | valentine day | saint valentines day | valentines", fixed(2, 14)),
    ("presidents day | president day | washingtons birthday", nth(3, Monday, 2)),
    (
        "saint patricks day | st patricks day | saint paddys day | st paddys day | saint patrick day",
        fixed(3, 17),
    ),
    ("shrove monday | rose monday | collop monday", easter(-48)),
    ("shrove tuesday | pancake tuesday | pancake day | mardi gras | fat tuesday", easter(-47)),
    ("ash wednesday", easter(-46)),
    ("international womens day | womens day", fixed(3, 8)),
    ("april fools | april fools day | all fools day", fixed(4, 1)),
    ("palm sunday", easter(-7)),
    ("maundy thursday | covenant thursday | holy thursday | sheer thursday", easter(-3)),
    ("good friday | great friday | holy friday", easter(-2)),
    ("holy saturday | easter saturday | easter eve", easter(-1)),
    ("easter sunday | easter sun", easter(0)),
    ("easter monday | easter mon", easter(1)),
    ("easter | easter holiday | easter holidays | easter weekend", Lex::Holiday(EASTER_DAYS)),
    ("holy week", Lex::Holiday(EasterStretch { from: -7, to: -1 })),
    ("orthodox good friday | orthodox great friday", Lex::Holiday(OrthodoxEaster(-2))),
    ("orthodox easter monday", Lex::Holiday(OrthodoxEaster(1))),
    ("orthodox easter | orthodox easter sunday", Lex::Holiday(OrthodoxEaster(0))),
    ("earth day", fixed(4, 22)),
    ("earth hour", nth(-1, Saturday, 3)),
    ("st georges day | saint georges day | feast of saint george", fixed(4, 23)),
    (
        "administrative professionals day | secretaries day | admins day | administrative professional day",
        Lex::Holiday(Before { weekday: Wednesday, month: 5, day: 1 }),
    ),
    ("cinco de mayo", fixed(5, 5)),
    ("labour day | may day | workers day | international workers day", fixed(5, 1)),
    ("star wars day", fixed(5, 4)),
    ("mothers day | mother day", nth(2, Sunday, 5)),
    ("armed forces day", nth(3, Saturday, 5)),
    ("ascension day | ascension | ascension thursday", easter(39)),
    ("whit sunday | pentecost sunday", easter(49)),
    ("whit monday | pentecost monday | monday of the holy spirit", easter(50)),
    ("whitsun | pentecost", Lex::Holiday(WHITSUN_DAYS)),
    ("trinity sunday", easter(56)),
    ("corpus christi | feast of corpus christi", easter(60)),
    ("memorial day | decoration day", nth(-1, Monday, 5)),
    ("flag day", fixed(6, 14)),
    ("fathers day | father day", nth(3, Sunday, 6)),
    ("juneteenth", fixed(6, 19)),
    ("canada day", fixed(7, 1)),
    ("independence day | 4th of july | fourth of july", fixed(7, 4)),
    ("bastille day", fixed(7, 14)),
    ("parents day | parent day", nth(4, Sunday, 7)),
    ("assumption day | assumption of mary", fixed(8, 15)),
    ("labor day", nth(1, Monday, 9)),
    ("grandparents day", Lex::Holiday(Nth { nth: 1, weekday: Monday, month: 9, plus: 6 })),
    ("patriot day", fixed(9, 11)),
    ("german unity day | day of german unity | unity day", fixed(10, 3)),
    ("columbus day | indigenous peoples day | canadian thanksgiving", nth(2, Monday, 10)),
    ("boss day | bosses day | bosss day", fixed(10, 16)),
    ("reformation day", fixed(10, 31)),
    ("halloween | halloween day | all hallows eve", fixed(10, 31)),
    ("all saints day | all saints", fixed(11, 1)),
    ("all souls day | all souls", fixed(11, 2)),
    ("guy fawkes night | bonfire night | guy fawkes day", fixed(11, 5)),
    ("veterans day | veteran day | remembrance day | armistice day | martinmas", fixed(11, 11)),
    ("thanksgiving | thanksgiving day", nth(4, Thursday, 11)),
    ("black friday", Lex::Holiday(Nth { nth: 4, weekday: Thursday, month: 11, plus: 1 })),
    ("small business saturday", Lex::Holiday(Nth { nth: 4, weekday: Thursday, month: 11, plus: 2 })),
    ("cyber monday", Lex::Holiday(Nth { nth: 4, weekday: Thursday, month: 11, plus: 4 })),
    ("giving tuesday", Lex::Holiday(Nth { nth: 4, weekday: Thursday, month: 11, plus: 5 })),
    ("election day", Lex::Holiday(Nth { nth: 1, weekday: Monday, month: 11, plus: 1 })),
    ("super tuesday", nth(1, Tuesday, 3)),
    ("national dog day", fixed(8, 26)),
    ("system administrator appreciation day | sysadmin day", nth(-1, Friday, 7)),
    ("st andrews day | saint andrews day", fixed(11, 30)),
    ("first sunday of advent | first advent | advent sunday", advent(-21)),
    ("second advent | second sunday of advent", advent(-14)),
    ("third advent | third sunday of advent", advent(-7)),
    ("fourth advent | fourth sunday of advent", advent(0)),
    ("saint nicholas day | st nicholas day | saint nicholas | st nicholas | nicholas day", fixed(12, 6)),
    ("immaculate conception | feast of the immaculate conception", fixed(12, 8)),
    ("christmas eve | xmas eve", fixed(12, 24)),
    ("christmas | xmas | christmas day | xmas day | x mas", fixed(12, 25)),
    ("the christmas holidays | christmas holidays", Lex::Holiday(CHRISTMAS_DAYS)),
    ("boxing day | st stephens day | saint stephens day", fixed(12, 26)),
    ("kwanzaa", Lex::Holiday(Stretch { from: (12, 26), to: (1, 1) })),
    (
        "between christmas and new year | between christmas and new years | between the years | twixmas",
        Lex::Holiday(Stretch { from: (12, 27), to: (12, 31) }),
    ),
    ("new years eve | new year eve | silvester", fixed(12, 31)),
    ("chinese new year | lunar new year | chinese new years day", Lex::Holiday(ChineseNewYear)),
];
