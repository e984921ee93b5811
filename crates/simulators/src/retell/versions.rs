//! Versions of agents and of response engines: editing meets a draft, publishing
//! happens in place, and what is published never changes again.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::failure::Failure;

/// The fields of an object that are kept without being interpreted.
pub(super) type Fields = Map<String, Value>;

/// Versions of one thing at most.
const VERSIONS_AT_MOST: usize = 1_000;

/// One version.
#[derive(Clone)]
pub(super) struct Version {
    /// From 0 upwards; a number is never used again.
    pub(super) number: u32,
    /// The version it was copied from.
    pub(super) base: Option<u32>,
    /// Its turn among the publications; `None` is a draft.
    pub(super) published: Option<u32>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Milliseconds since the epoch.
    pub(super) modified_ms: i64,
    pub(super) fields: Fields,
}

/// How a version is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Reference {
    Number(u32),
    /// The highest number, which may be a draft.
    Latest,
    /// The one published most recently, which need not be the highest.
    LatestPublished,
    /// A name from the dashboard that points at a version.
    Tag(String),
}

impl Reference {
    /// Reads a number or a word; nothing is `latest`.
    pub(super) fn read(value: Option<&Value>) -> Result<Self, Failure> {
        match value {
            None | Some(Value::Null) => Ok(Self::Latest),
            Some(Value::String(text)) => Ok(Self::from_text(text)),
            Some(value) => as_number(value)
                .map(Self::Number)
                .ok_or_else(|| Failure::bad("a version is a whole number or a name")),
        }
    }

    /// Reads it from a query.
    pub(super) fn from_text(text: &str) -> Self {
        match (text.parse(), text) {
            (Ok(number), _) => Self::Number(number),
            (_, "latest" | "") => Self::Latest,
            (_, "latest_published") => Self::LatestPublished,
            (_, tag) => Self::Tag(tag.to_owned()),
        }
    }
}

fn as_number(value: &Value) -> Option<u32> {
    // Clients in which every number is a float send 3.0.
    let number = value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&float))
            .then(|| format!("{float:.0}").parse().ok())?
    })?;
    u32::try_from(number).ok()
}

/// Everything that has been made of one agent or engine. Holds one version at least.
pub(super) struct Lineage {
    versions: BTreeMap<u32, Version>,
    next: u32,
    publications: u32,
}

impl Lineage {
    /// Begins with version 0, a draft.
    pub(super) fn new(fields: Fields, now_ms: i64) -> Self {
        let first = Version {
            number: 0,
            base: None,
            published: None,
            title: None,
            description: None,
            modified_ms: now_ms,
            fields,
        };
        Self { versions: BTreeMap::from([(0, first)]), next: 1, publications: 0 }
    }

    pub(super) fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.values()
    }

    pub(super) fn get(&self, number: u32) -> Option<&Version> {
        self.versions.get(&number)
    }

    pub(super) fn latest(&self) -> &Version {
        self.versions.values().next_back().expect("the last version is never removed")
    }

    pub(super) fn latest_published(&self) -> Option<&Version> {
        self.versions.values().filter(|one| one.published.is_some()).max_by_key(|one| one.published)
    }

    /// When anything of it was changed last.
    pub(super) fn modified_ms(&self) -> i64 {
        self.versions.values().map(|one| one.modified_ms).max().unwrap_or_default()
    }

    /// The draft that an edit meets: the named version, else the highest draft.
    pub(super) fn draft(&mut self, number: Option<u32>) -> Result<&mut Version, Failure> {
        let number = match number {
            Some(number) => number,
            None => self
                .versions
                .values()
                .rfind(|one| one.published.is_none())
                .map(|one| one.number)
                .ok_or_else(|| Failure::bad("every version is published; create a new version first"))?,
        };
        let version = self.versions.get_mut(&number).ok_or(Failure::Missing)?;
        if version.published.is_some() {
            return Err(Failure::bad(format!("version {number} is published and cannot be changed")));
        }
        Ok(version)
    }

    /// A new draft copied from another version, under `wanted` where that is free.
    pub(super) fn fork(&mut self, base: u32, wanted: Option<u32>, now_ms: i64) -> Result<u32, Failure> {
        let from = self.versions.get(&base).ok_or(Failure::Missing)?;
        if self.versions.len() >= VERSIONS_AT_MOST {
            return Err(Failure::bad("too many versions"));
        }
        let number = wanted.filter(|wanted| *wanted >= self.next).unwrap_or(self.next);
        let version = Version {
            number,
            base: Some(base),
            published: None,
            title: None,
            description: None,
            modified_ms: now_ms,
            fields: from.fields.clone(),
        };
        self.versions.insert(number, version);
        self.next = number + 1;
        Ok(number)
    }

    /// Publishes a version in place. One that is published stays as it is, so that
    /// a repeated request does no harm.
    pub(super) fn publish(&mut self, number: u32, now_ms: i64) -> Result<&mut Version, Failure> {
        let version = self.versions.get_mut(&number).ok_or(Failure::Missing)?;
        if version.published.is_none() {
            self.publications += 1;
            version.published = Some(self.publications);
            version.modified_ms = now_ms;
        }
        Ok(version)
    }

    pub(super) fn remove(&mut self, number: u32) -> Result<(), Failure> {
        if !self.versions.contains_key(&number) {
            return Err(Failure::Missing);
        }
        if self.versions.len() == 1 {
            return Err(Failure::bad("the only version cannot be deleted"));
        }
        self.versions.remove(&number);
        Ok(())
    }
}

/// Puts fields over others: a list or object is replaced as a whole, null clears.
pub(super) fn patch(fields: &mut Fields, changes: Fields) {
    for (name, value) in changes {
        if value.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn publishing_is_in_place_and_opens_no_draft() {
        let mut lineage = Lineage::new(Fields::new(), 1);
        lineage.publish(0, 2).unwrap();
        assert_eq!(lineage.versions().count(), 1);
        assert!(lineage.draft(None).is_err(), "there is nothing left to edit");
        assert!(lineage.draft(Some(0)).is_err(), "what is published does not change");
    }

    #[test]
    fn latest_may_be_a_draft_and_latest_published_need_not_be_the_highest() {
        let mut lineage = Lineage::new(Fields::new(), 1);
        lineage.fork(0, None, 2).unwrap();
        lineage.fork(0, None, 3).unwrap();
        lineage.publish(1, 4).unwrap();
        lineage.publish(0, 5).unwrap();
        assert_eq!(lineage.latest().number, 2);
        assert!(lineage.latest().published.is_none());
        assert_eq!(lineage.latest_published().unwrap().number, 0);
        lineage.publish(1, 6).unwrap();
        assert_eq!(lineage.latest_published().unwrap().number, 0, "published again changes nothing");
    }

    #[test]
    fn a_number_is_never_used_again() {
        let mut lineage = Lineage::new(Fields::new(), 1);
        assert_eq!(lineage.fork(0, None, 2).unwrap(), 1);
        lineage.remove(1).unwrap();
        assert_eq!(lineage.fork(0, None, 3).unwrap(), 2);
        assert!(lineage.fork(1, None, 4).is_err(), "its base is gone");
    }

    #[test]
    fn references_are_numbers_words_and_tags() {
        for (value, reference) in [
            (json!(3), Reference::Number(3)),
            (json!(3.0), Reference::Number(3)),
            (json!("3"), Reference::Number(3)),
            (json!(null), Reference::Latest),
            (json!("latest_published"), Reference::LatestPublished),
            (json!("prod"), Reference::Tag("prod".into())),
        ] {
            assert_eq!(Reference::read(Some(&value)), Ok(reference), "{value}");
        }
        for value in [json!(-1), json!(1.5), json!([]), json!(true)] {
            assert!(Reference::read(Some(&value)).is_err(), "{value}");
        }
    }
}
