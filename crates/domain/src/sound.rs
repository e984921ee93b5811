//! How words sound: for recognising what a speech recogniser wrote otherwise.

/// How a folded word sounds to somebody who writes German, French loans
/// included: letters that recognisers confuse become one. Not for reading.
pub(crate) fn key(word: &str) -> Vec<u8> {
    // Spelled sounds, longest first; J is the sound of Garage and Schal, O that of neu.
    const SOUNDS: [(&str, &str); 37] = [
        ("tsch", "J"),
        ("sion", "Jen"),
        ("sch", "J"),
        ("sh", "J"),
        ("chs", "ks"),
        ("ch", "x"),
        ("ck", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("qu", "kf"),
        ("dt", "t"),
        ("tz", "s"),
        ("ts", "s"),
        ("ie", "i"),
        ("ih", "i"),
        ("ieh", "i"),
        ("ea", "i"),
        ("ee", "e"),
        ("eh", "e"),
        ("ah", "a"),
        ("oh", "o"),
        ("uh", "u"),
        ("oo", "u"),
        ("ou", "u"),
        ("eau", "o"),
        ("aeu", "O"),
        ("eu", "O"),
        ("ai", "e"),
        ("ay", "aj"),
        ("ei", "e"),
        ("ey", "e"),
        ("ae", "e"),
        ("oe", "o"),
        ("ue", "u"),
        ("ce", "se"),
        ("ci", "si"),
        ("aa", "a"),
    ];
    let word = match word.strip_suffix("age") {
        Some(begin) => format!("{begin}aJ"),
        None => word.strip_suffix("asche").map_or_else(|| word.to_owned(), |begin| format!("{begin}aJ")),
    };
    let mut sounds: Vec<u8> = Vec::with_capacity(word.len());
    let mut rest = word.as_str();
    while let Some(sign) = rest.chars().next() {
        let spelled = SOUNDS
            .iter()
            .filter(|(letters, _)| rest.starts_with(letters))
            .max_by_key(|(letters, _)| letters.len());
        let (heard, taken): (&str, usize) = match spelled {
            Some((letters, sound)) => (sound, letters.len()),
            None => (single(sign), sign.len_utf8()),
        };
        for sound in heard.bytes() {
            if sounds.last() != Some(&sound) {
                sounds.push(sound);
            }
        }
        rest = &rest[taken..];
    }
    sounds
}

fn single(sign: char) -> &'static str {
    match sign {
        'a' => "a",
        'b' | 'p' => "p",
        'c' | 'k' | 'q' => "k",
        'd' | 't' => "t",
        'e' => "e",
        'f' | 'v' | 'w' => "f",
        'g' => "g",
        'h' => "h",
        'i' => "i",
        'j' => "j",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'o' => "o",
        'r' => "r",
        's' | 'z' => "s",
        'u' | 'y' => "u",
        'x' => "ks",
        '0'..='9' => "#",
        _ => "?",
    }
}

/// Whether two sounds differ by no more than mishearing does: one change in a
/// short word, two in a long one, and never in the first sound.
pub(crate) fn alike(one: &[u8], other: &[u8]) -> bool {
    let longest = one.len().max(other.len());
    let allowed = match longest {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    one.first() == other.first()
        && one.len().abs_diff(other.len()) <= allowed
        && distance(one, other) <= allowed
}

/// Edit distance; words are short (the reader bounds them), so two rows suffice.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut row = vec![0; other.len() + 1];
    for (at, sound) in one.iter().enumerate() {
        row[0] = at + 1;
        for (place, heard) in other.iter().enumerate() {
            let changed = last[place] + usize::from(sound != heard);
            row[place + 1] = changed.min(last[place + 1] + 1).min(row[place] + 1);
        }
        std::mem::swap(&mut last, &mut row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recognisers_write_sounds_like_what_was_said() {
        for (said, written) in [
            ("balayage", "balajasch"),
            ("balayage", "ballajasch"),
            ("lymphdrainage", "lumfdrenage"),
            ("shellac", "schelllack"),
            ("keratin", "keratien"),
            ("augenbrauen", "augenbraun"),
            ("massage", "massasche"),
            ("extensions", "extenschens"),
        ] {
            assert!(
                alike(&key(said), &key(written)),
                "{said} {written}: {:?} {:?}",
                String::from_utf8_lossy(&key(said)),
                String::from_utf8_lossy(&key(written))
            );
        }
    }

    #[test]
    fn near_names_of_different_things_stay_apart() {
        for (one, other) in
            [("manikure", "pedikure"), ("massage", "maschine"), ("bart", "haar"), ("reifen", "riemen")]
        {
            assert!(!alike(&key(one), &key(other)), "{one} {other}");
        }
    }
}
