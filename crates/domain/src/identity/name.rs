use crate::sound;

/// Longest name that is compared, in bytes; longer ones agree with nothing.
pub const MAX_NAME: usize = 200;

/// Forms of address, titles and nobility, which people say or leave out.
const NOT_NAMES: [&str; 34] = [
    "herr",
    "herrn",
    "frau",
    "fraeulein",
    "familie",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "sir",
    "madam",
    "dr",
    "doktor",
    "doctor",
    "prof",
    "professor",
    "professorin",
    "med",
    "dent",
    "vet",
    "dipl",
    "ing",
    "mag",
    "von",
    "van",
    "vom",
    "zu",
    "zum",
    "der",
    "de",
    "den",
    "und",
    "geb",
];

/// What is put in the place of a name by people and models who have none.
const NOBODY: [&str; 14] = [
    "kunde",
    "kundin",
    "anrufer",
    "anruferin",
    "unbekannt",
    "anonym",
    "customer",
    "caller",
    "client",
    "unknown",
    "anonymous",
    "name",
    "test",
    "gast",
];

/// Whether a name that was said can be the stored one.
///
/// The family name must sound the same, or differ by one sound in a long name
/// (Kramer, Krämer); of a double name one half is enough. Where both have first
/// names, one of them must agree as well, an initial or the beginning of a name
/// included (Alex, Alexander). Titles, "Frau" and the spelling of umlauts do not
/// matter, nor does the order of "Müller, Anna". A first name alone is no name.
pub fn names_agree(said: &str, stored: &str) -> bool {
    let (Some(said), Some(stored)) = (Name::read(said), Name::read(stored)) else { return false };
    said.agrees_with(&stored) || said.turned().is_some_and(|said| said.agrees_with(&stored))
}

struct Name {
    first: Vec<String>,
    /// The parts of a double name are several.
    family: Vec<String>,
}

impl Name {
    fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_NAME {
            return None;
        }
        // "Müller, Anna": the family name stands before the comma.
        let (text, after) = text.split_once(',').unwrap_or((text, ""));
        let mut words = words(text);
        let after = self::words(after);
        let family = if after.is_empty() { vec![words.pop()?] } else { std::mem::take(&mut words) };
        words.extend(after);
        let parts = |words: Vec<Vec<String>>| words.into_iter().flatten().collect::<Vec<_>>();
        let name = Self { first: parts(words), family: parts(family) };
        let nobody = name.family.iter().chain(&name.first).any(|part| NOBODY.contains(&part.as_str()));
        (!nobody && !name.family.is_empty()).then_some(name)
    }

    /// With the first word as family name: "Müller Anna", as some people say it.
    fn turned(&self) -> Option<Self> {
        let (family, rest) = self.first.split_first()?;
        let first = rest.iter().chain(&self.family).cloned().collect();
        Some(Self { first, family: vec![family.clone()] })
    }

    fn agrees_with(&self, stored: &Self) -> bool {
        let family = self.family.iter().any(|said| stored.family.iter().any(|part| sounds_like(said, part)));
        let first = self.first.is_empty()
            || stored.first.is_empty()
            || self.first.iter().any(|said| stored.first.iter().any(|part| is_first_name(said, part)));
        family && first
    }
}

/// Words of a name, each with its halves, without what is no name.
fn words(text: &str) -> Vec<Vec<String>> {
    text.split(|sign: char| sign.is_whitespace() || matches!(sign, '.' | ';' | '/'))
        .map(|word| {
            word.split(|sign: char| !sign.is_alphabetic() && !matches!(sign, '\'' | '’'))
                .map(spelled)
                .filter(|part| !part.is_empty() && !NOT_NAMES.contains(&part.as_str()))
                .collect::<Vec<_>>()
        })
        .filter(|halves| !halves.is_empty())
        .collect()
}

/// Small letters, umlauts as two, accents gone.
fn spelled(word: &str) -> String {
    let mut spelled = String::with_capacity(word.len());
    for sign in word.chars().flat_map(char::to_lowercase) {
        match sign {
            'ä' | 'æ' => spelled.push_str("ae"),
            'ö' | 'ø' | 'œ' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'ß' => spelled.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ă' | 'ą' => spelled.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => spelled.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => spelled.push('i'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ő' => spelled.push('o'),
            'ú' | 'ù' | 'û' | 'ű' | 'ů' => spelled.push('u'),
            'ç' | 'ć' | 'č' => spelled.push('c'),
            'ş' | 'š' | 'ś' => spelled.push_str("sch"),
            'ğ' => spelled.push('g'),
            'ł' => spelled.push('l'),
            'ñ' | 'ń' => spelled.push('n'),
            'ž' | 'ź' | 'ż' => spelled.push('z'),
            // The dot that small Turkish I leaves behind, and apostrophes.
            sign if sign.is_alphabetic() => spelled.push(sign),
            _ => {}
        }
    }
    spelled
}

fn sounds_like(said: &str, stored: &str) -> bool {
    if said == stored {
        return true;
    }
    // Other scripts are compared as they stand.
    if !said.is_ascii() || !stored.is_ascii() || said.len() < 3 || stored.len() < 3 {
        return false;
    }
    // Meier, Maier, Mayer, Meyer.
    let key = |name: &str| sound::key(&name.replace("ay", "ei").replace("ai", "ei").replace("ey", "ei"));
    sound::alike(&key(said), &key(stored))
}

fn is_first_name(said: &str, stored: &str) -> bool {
    let (short, long) = if said.len() < stored.len() { (said, stored) } else { (stored, said) };
    let shortened = short.len() == 1 || short.len() >= 3;
    sounds_like(said, stored) || (shortened && long.starts_with(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_said_otherwise_agrees() {
        for (said, stored) in [
            ("Müller", "Anna Müller"),
            ("Frau Müller", "Anna Mueller"),
            ("Anna Muller", "Anna Müller"),
            ("Dr. Meier", "Prof. Dr. med. Hans Mayer"),
            ("Schmitt", "Eva Schmidt"),
            ("Hofmann Petra", "Petra Hoffmann"),
            ("Müller, Anna", "Anna Müller"),
            ("Frau Leutheusser", "Sabine Leutheusser-Schnarrenberger"),
            ("Alex Weber", "Alexander Weber"),
            ("A. Weber", "Alexander Weber"),
            ("von der Heide", "Klaus von der Heide"),
            ("Krämer", "Ute Kramer"),
            ("ŞAHİN", "Elif Şahin"),
            ("Stefan Groß", "Stephan Gross"),
            ("Иванова", "Ольга Иванова"),
        ] {
            assert!(names_agree(said, stored), "{said} / {stored}");
        }
    }

    #[test]
    fn another_name_does_not() {
        for (said, stored) in [
            ("Anna", "Anna Müller"),
            ("Schulze", "Anna Müller"),
            ("Paul Müller", "Anna Müller"),
            ("Kunde", "Kunde"),
            ("", ""),
            ("Frau", "Frau"),
            ("Anna Müller", ""),
            ("Bauer", "Petra Brandt"),
            ("Schneider", "Udo Schreiner"),
            ("Иванова", "Ольга Петрова"),
            ("Frau Dr.", "Dr. Anna Müller"),
        ] {
            assert!(!names_agree(said, stored), "{said} / {stored}");
        }
        assert!(!names_agree(&"a".repeat(1_000_000), &"a".repeat(1_000_000)));
    }
}
