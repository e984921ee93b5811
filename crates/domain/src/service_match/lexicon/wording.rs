use std::collections::HashMap;

use super::Sense;
use crate::service_match::words::{Word, folded, is_ending};

/// How far apart, in words, the first and the last of a wording may stand.
const APART: usize = 12;

/// Words that mean something together, in any order: "wächst … rein".
#[derive(Default)]
pub(super) struct Wordings {
    all: Vec<(Vec<Vec<String>>, Sense)>,
    /// Where each stem of a first word is, by its first three letters.
    first: HashMap<String, Vec<(String, usize)>>,
}

impl Wordings {
    /// A line's `one|other+second+third`.
    pub(super) fn add(&mut self, wording: &str, sense: Sense) {
        let words: Vec<Vec<String>> =
            wording.split('+').map(|stems| stems.split('|').map(folded).collect()).collect();
        for stem in words.first().into_iter().flatten() {
            let key = stem.chars().take(3).collect();
            self.first.entry(key).or_default().push((stem.clone(), self.all.len()));
        }
        self.all.push((words, sense));
    }

    pub(super) fn find(&self, words: &[Word]) -> Vec<(usize, Sense)> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let Word::Plain(text) = word else { continue };
            let Some(stems) = text.get(..text.len().min(3)).and_then(|key| self.first.get(key)) else {
                continue;
            };
            for (stem, wording) in stems {
                if !is_form(text, stem) {
                    continue;
                }
                let (others, sense) = &self.all[*wording];
                let near = &words[at.saturating_sub(APART)..(at + APART + 1).min(words.len())];
                let place = |stems: &Vec<String>| {
                    near.iter().position(|word| {
                        matches!(word, Word::Plain(text) if stems.iter().any(|stem| is_form(text, stem)))
                    })
                };
                let places: Option<Vec<usize>> = others[1..].iter().map(place).collect();
                if let Some(places) = places {
                    let first = places.into_iter().min().unwrap_or_default() + at.saturating_sub(APART);
                    found.push((first.min(at), *sense));
                }
            }
        }
        found
    }
}

fn is_form(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || (stem.len() > 2 && is_ending(rest)))
}
