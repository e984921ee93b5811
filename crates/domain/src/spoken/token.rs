//! Text to words, numbers and signs, in one normal form.
//!
//! Speech recognition writes "Dreiviertel neun", "dreiviertel 9" or
//! "DREIVIERTEL NEUN"; keyboards write "fruh", "frueh" and "früh". Everything
//! behind this file sees lower case, ae/oe/ue/ss, no apostrophes, and digits
//! apart from letters ("16h30" is three tokens that are glued together).

/// Longest text that is considered, in characters; what follows is not read.
/// Nobody says when in more than this, and a bound here bounds everything else.
pub(super) const TEXT_CHARS_MAX: usize = 2_000;

/// Most tokens that are considered.
pub(super) const TOKENS_MAX: usize = 500;

/// Longest word that is looked up; a longer one is no word of any language here.
const WORD_BYTES_MAX: usize = 64;

/// What kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits, with how many were written ("08" is two) and whether a zero leads.
    Number {
        /// The value, at most nine digits of it.
        value: u32,
        /// How many digits were written.
        digits: u8,
    },
    /// Anything else that is not space.
    Sign(char),
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Normal form; empty for signs and numbers.
    pub(super) text: String,
    /// Word, number or sign.
    pub(super) kind: Kind,
    /// No space stands between this token and the one before.
    pub(super) glued: bool,
}

/// The tokens of `text`, at most [`TOKENS_MAX`] from its first [`TEXT_CHARS_MAX`] characters.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut glued = false;
    for char in text.chars().take(TEXT_CHARS_MAX) {
        if is_apostrophe(char) {
            // "o'clock" and "Monday's" are one word each, "30'" is half an hour.
            if glued && matches!(tokens.last(), Some(Token { kind: Kind::Number { .. }, .. })) {
                push(&mut tokens, Kind::Sign('\''), glued);
            }
            continue;
        }
        if char.is_whitespace() || char.is_control() {
            glued = false;
            continue;
        }
        if char == '\u{308}' {
            umlaut_from_combining(&mut tokens);
            continue;
        }
        if let Some(digit) = char.to_digit(10) {
            match tokens.last_mut() {
                Some(Token { kind: Kind::Number { value, digits }, .. }) if glued && *digits < 9 => {
                    *value = *value * 10 + digit;
                    *digits += 1;
                    continue;
                }
                _ => push(&mut tokens, Kind::Number { value: digit, digits: 1 }, glued),
            }
        } else if char.is_alphabetic() {
            let starts = !glued || !matches!(tokens.last(), Some(Token { kind: Kind::Word, .. }));
            if starts {
                push(&mut tokens, Kind::Word, glued);
            }
            if let Some(word) = tokens.last_mut()
                && word.text.len() < WORD_BYTES_MAX
            {
                append_normal(&mut word.text, char);
            }
        } else {
            push(&mut tokens, Kind::Sign(normal_sign(char)), glued);
        }
        if tokens.len() > TOKENS_MAX {
            tokens.truncate(TOKENS_MAX);
            break;
        }
        glued = true;
    }
    tokens
}

fn push(tokens: &mut Vec<Token>, kind: Kind, glued: bool) {
    tokens.push(Token { text: String::new(), kind, glued });
}

fn is_apostrophe(char: char) -> bool {
    matches!(char, '\'' | '’' | '‘' | '`' | '´')
}

/// All dashes are one dash: which one was typed says nothing.
fn normal_sign(char: char) -> char {
    match char {
        '–' | '—' | '‐' | '‑' | '−' => '-',
        other => other,
    }
}

/// "u" followed by a combining diaeresis is "ü".
fn umlaut_from_combining(tokens: &mut [Token]) {
    if let Some(Token { text, kind: Kind::Word, .. }) = tokens.last_mut()
        && text.ends_with(['a', 'o', 'u'])
    {
        text.push('e');
    }
}

fn append_normal(word: &mut String, char: char) {
    match char {
        'a'..='z' => word.push(char),
        'ä' | 'Ä' => word.push_str("ae"),
        'ö' | 'Ö' => word.push_str("oe"),
        'ü' | 'Ü' => word.push_str("ue"),
        'ß' | 'ẞ' => word.push_str("ss"),
        'é' | 'è' | 'ê' => word.push('e'),
        'á' | 'à' | 'â' => word.push('a'),
        other => word.extend(other.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let seen: Vec<String> = tokens(text)
            .into_iter()
            .map(|token| match token.kind {
                Kind::Word => token.text,
                Kind::Number { value, digits } => format!("{value}/{digits}"),
                Kind::Sign(sign) => sign.to_string(),
            })
            .collect();
        assert_eq!(seen, expected, "{text:?}");
    }

    #[test]
    fn spellings_of_one_word_are_one_word() {
        check("Früh FRÜH frueh fru\u{308}h", &["frueh", "frueh", "frueh", "frueh"]);
        check("drei\u{df}ig Drei\u{1e9e}ig", &["dreissig", "dreissig"]);
    }

    #[test]
    fn digits_letters_and_signs_are_parted() {
        check("16h30, 08:05", &["16/2", "h", "30/2", ",", "8/2", ":", "5/2"]);
        check("O'clock – Monday’s", &["oclock", "-", "mondays"]);
    }

    #[test]
    fn long_text_is_cut() {
        assert!(tokens(&"a ".repeat(1_000_000)).len() <= TOKENS_MAX);
        assert!(tokens(&"1".repeat(1_000_000)).len() <= TOKENS_MAX);
    }
}
