//! Lengths of time and ages, as they are said and as they stand in names.

use super::{read::Token, words::Word};

/// A length or an age that begins here, and how many words it takes.
pub(super) fn quantity(words: &[Word], at: usize, label: bool) -> Option<(Token, usize)> {
    let lasting = !label && at > 0 && is_since(word(words, at - 1));
    if label && is_for_young(words) {
        let ages = bare_ages(&words[at..]);
        if ages.is_some() {
            return ages;
        }
    }
    let words = &words[at..];
    length(words).or_else(|| years(words, label).filter(|_| !lasting))
}

/// Whether a name is of children, so that a number in it may be an age.
fn is_for_young(words: &[Word]) -> bool {
    const YOUNG: [&str; 9] = ["kind", "kid", "child", "jugend", "teen", "jungen", "boy", "madchen", "girl"];
    words
        .iter()
        .any(|word| matches!(word, Word::Plain(word) if YOUNG.iter().any(|young| word.starts_with(young))))
}

/// Ages without their unit, at the end of a name or of its bracket: "Kind bis 6",
/// "Kids 7-14".
fn bare_ages(words: &[Word]) -> Option<(Token, usize)> {
    const OLDEST: u32 = 18;
    let age = |at: usize| number(word(words, at)).filter(|age| *age <= OLDEST);
    let ends = |at: usize| !matches!(words.get(at), Some(Word::Plain(_)));
    let dash = usize::from(words.get(1) == Some(&Word::Break) || matches!(word(words, 1), "bis" | "to"));
    match word(words, 0) {
        "bis" | "to" if ends(2) => Some((Token::Age(0, age(1)?), 2)),
        "unter" | "under" if ends(2) => Some((Token::Age(0, age(1)?.saturating_sub(1)), 2)),
        "ab" | "from" if ends(2) => Some((Token::Age(age(1)?, OLDEST), 2)),
        _ if ends(2 + dash) => Some((Token::Age(age(0)?, age(1 + dash)?), 2 + dash)),
        _ => None,
    }
}

fn word(words: &[Word], at: usize) -> &str {
    match words.get(at) {
        Some(Word::Plain(word)) => word,
        _ => "",
    }
}

/// "Anderthalb Stunden", "an hour and a half", "sechzig Minuten", "halbstündig".
fn length(words: &[Word]) -> Option<(Token, usize)> {
    let word = |at: usize| word(words, at);
    let article = usize::from(matches!(word(1), "a" | "an" | "ne" | "ner"))
        + 2 * usize::from(word(1) == "of" && matches!(word(2), "an" | "a"));
    let (minutes, used) = match word(0) {
        "viertelstunde" | "viertelstundchen" => (15, 1),
        "dreiviertelstunde" | "dreiviertelstundchen" => (45, 1),
        "halbstunde" | "halbstundchen" => (30, 1),
        "halbe" | "halben" | "halber" | "halbes" | "half" if is_hour(word(1 + article)) => (30, 2 + article),
        "viertel" | "quarter" if is_hour(word(1 + article)) => (15, 2 + article),
        "dreiviertel" if is_hour(word(1)) => (45, 2),
        "three" if word(1) == "quarters" && word(2) == "of" && is_hour(word(4)) => (45, 5),
        both if is_hour(word(1)) && halves(both).is_some() => (halves(both)? * 30, 2),
        one if word(1) == "and" && word(2) == "a" && word(3) == "half" && is_hour(word(4)) => {
            (number(one)? * 60 + 30, 5)
        }
        hour if is_hour(hour) => with_rest(words, 60, 1),
        one => {
            if let Some((minutes, 1)) = together(one) {
                return Some((Token::Minutes(minutes), 1));
            }
            let count = number(one)?;
            if is_minute(word(1)) {
                (count, 2)
            } else if is_hour(word(1)) {
                with_rest(words, count.saturating_mul(60), 2)
            } else {
                return None;
            }
        }
    };
    Some((Token::Minutes(minutes), used))
}

/// "Anderthalb", "zweieinhalb": how many halves.
fn halves(word: &str) -> Option<u32> {
    if word == "anderthalb" {
        return Some(3);
    }
    let whole = word.strip_suffix("einhalb")?;
    Some(2 * if whole == "ein" { 1 } else { number(whole)? } + 1)
}

/// What follows whole hours: "and a half", "und zwanzig Minuten".
fn with_rest(words: &[Word], minutes: u32, used: usize) -> (u32, usize) {
    let word = |at: usize| word(words, used + at);
    let skip = usize::from(matches!(word(0), "and" | "und"));
    match (word(skip), word(skip + 1)) {
        ("a", "half") if skip == 1 => (minutes + 30, used + 3),
        ("a", "quarter") if skip == 1 => (minutes + 15, used + 3),
        (more, unit) if is_minute(unit) => match number(more) {
            Some(more) => (minutes.saturating_add(more), used + skip + 2),
            None => (minutes, used),
        },
        _ => (minutes, used),
    }
}

/// "60min", "1h", "zweistündige", "neunzigminütig".
fn together(word: &str) -> Option<(u32, usize)> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        let count: u32 = word[..digits].parse().ok()?;
        return match &word[digits..] {
            "h" | "std" => Some((count * 60, 1)),
            unit if is_minute(unit) => Some((count, 1)),
            _ => None,
        };
    }
    if let Some((count, _)) = word.split_once("stundig") {
        let minutes = match count {
            "halb" => 30,
            "ein" => 60,
            count => halves(count).map(|halves| halves * 30).or_else(|| Some(number(count)? * 60))?,
        };
        return Some((minutes, 1));
    }
    let (count, _) = word.split_once("minutig")?;
    Some((number(count)?, 1))
}

/// "Bis 12 Jahre", "7 to 14 years", "der ist jetzt acht", "eine Fünfjährige".
fn years(words: &[Word], label: bool) -> Option<(Token, usize)> {
    let word = |at: usize| word(words, at);
    let count = |at: usize| number(word(at));
    match word(0) {
        "bis" | "until" | "unter" | "under" | "to" if is_year(word(2)) => {
            let below = u32::from(matches!(word(0), "unter" | "under"));
            return Some((Token::Age(0, count(1)?.saturating_sub(below)), 3));
        }
        "under" | "unter" if label && count(1).is_some_and(|age| age <= 18) => {
            return Some((Token::Age(0, count(1)?.saturating_sub(1)), 2));
        }
        "ab" | "from" | "over" if is_year(word(2)) => return Some((Token::Age(count(1)?, 150), 3)),
        "ist" | "is" | "wird" | "turned" | "turns" | "hes" | "shes" | "aged" | "age" | "alter" if !label => {
            let meanwhile = |word: &str| {
                matches!(
                    word,
                    "jetzt"
                        | "gerade"
                        | "grad"
                        | "grade"
                        | "schon"
                        | "erst"
                        | "bald"
                        | "nun"
                        | "fast"
                        | "mit"
                        | "now"
                        | "just"
                        | "only"
                        | "almost"
                        | "nearly"
                        | "turning"
                        | "already"
                        | "about"
                )
            };
            let at = (1..4).find(|at| !meanwhile(word(*at)))?;
            let age = count(at)?;
            let other = is_minute(word(at + 1)) || is_hour(word(at + 1)) || word(at + 1) == "uhr";
            if is_month(word(at + 1)) {
                return Some((Token::Age(age / 12, age / 12), at + 2));
            }
            return (!other).then_some((Token::Age(age, age), at + 1));
        }
        _ => {}
    }
    // "Eine Fünfjährige".
    if let Some((years, rest)) = word(0).split_once("jahrig")
        && rest.len() <= 2
        && let Some(age) = number(years)
    {
        return Some((Token::Age(age, age), 1));
    }
    let first = count(0)?;
    if is_year(word(1)) {
        return Some((Token::Age(first, first), 2));
    }
    if is_month(word(1)) && matches!(word(2), "alt" | "old") {
        return Some((Token::Age(first / 12, first / 12), 3));
    }
    let dash = label && words.get(1) == Some(&Word::Break);
    let (last, used) = match count(1) {
        None if dash => (count(2)?, 3),
        Some(last) => (last, 2),
        None if matches!(word(1), "bis" | "to" | "und" | "and") => (count(2)?, 3),
        None => return None,
    };
    is_year(word(used)).then_some((Token::Age(first, last), used + 1))
}

/// What stands before years that are no age: "seit zehn Jahren".
fn is_since(word: &str) -> bool {
    matches!(
        word,
        "seit"
            | "vor"
            | "nach"
            | "war"
            | "waren"
            | "for"
            | "since"
            | "in"
            | "alle"
            | "every"
            | "last"
            | "fast"
            | "uber"
            | "schon"
            | "hab"
            | "habe"
            | "letzten"
            | "ago"
            | "these"
            | "past"
    )
}

fn is_minute(word: &str) -> bool {
    matches!(
        word,
        "minuten"
            | "minute"
            | "min"
            | "mins"
            | "minutes"
            | "minutige"
            | "minutchen"
            | "minutiges"
            | "minutigen"
    )
}

fn is_hour(word: &str) -> bool {
    matches!(word, "stunde" | "stunden" | "hour" | "hours" | "std" | "stundchen" | "stundige")
}

fn is_year(word: &str) -> bool {
    matches!(
        word,
        "jahre"
            | "jahren"
            | "jahr"
            | "jahrig"
            | "jahrige"
            | "jahriger"
            | "jahrigen"
            | "jahriges"
            | "years"
            | "year"
            | "yrs"
            | "yo"
    )
}

fn is_month(word: &str) -> bool {
    matches!(word, "monate" | "monaten" | "monat" | "months" | "month" | "wochen" | "weeks")
}

const ONES: [(&str, &str); 20] = [
    ("null", "zero"),
    ("eins", "one"),
    ("zwei", "two"),
    ("drei", "three"),
    ("vier", "four"),
    ("funf", "five"),
    ("sechs", "six"),
    ("sieben", "seven"),
    ("acht", "eight"),
    ("neun", "nine"),
    ("zehn", "ten"),
    ("elf", "eleven"),
    ("zwolf", "twelve"),
    ("dreizehn", "thirteen"),
    ("vierzehn", "fourteen"),
    ("funfzehn", "fifteen"),
    ("sechzehn", "sixteen"),
    ("siebzehn", "seventeen"),
    ("achtzehn", "eighteen"),
    ("neunzehn", "nineteen"),
];

const TENS: [(&str, &str); 8] = [
    ("zwanzig", "twenty"),
    ("dreissig", "thirty"),
    ("vierzig", "forty"),
    ("funfzig", "fifty"),
    ("sechzig", "sixty"),
    ("siebzig", "seventy"),
    ("achtzig", "eighty"),
    ("neunzig", "ninety"),
];

/// A whole number in digits ("45", "45er") or in words up to 120.
pub(super) fn number(word: &str) -> Option<u32> {
    let place = |table: &[(&str, &str)], word: &str| {
        table.iter().position(|(german, english)| word == *german || word == *english).map(|at| at as u32)
    };
    let digits = word.strip_suffix("er").unwrap_or(word);
    if !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().ok();
    }
    match word {
        "zwo" => return Some(2),
        "hundert" | "einhundert" | "hundred" => return Some(100),
        "hundertzwanzig" | "hundertundzwanzig" | "einhundertzwanzig" => return Some(120),
        _ => {}
    }
    if let Some(one) = place(&ONES, word) {
        return Some(one);
    }
    if let Some(ten) = place(&TENS, word) {
        return Some(ten * 10 + 20);
    }
    let (one, ten) = word.split_once("und")?;
    let one = if one == "ein" { 1 } else { place(&ONES[..10], one)? };
    Some(place(&TENS, ten)? * 10 + 20 + one)
}
