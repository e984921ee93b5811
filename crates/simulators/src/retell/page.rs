//! The one shape of every list: `{items, has_more, pagination_key?}`.

use serde::{Deserialize, Serialize};

use super::failure::Failure;

const LIMIT_DEFAULT: usize = 50;
const LIMIT_AT_MOST: usize = 1_000;

/// Which page is wanted.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Paging {
    limit: Option<usize>,
    pagination_key: Option<String>,
    sort_order: Order,
    /// Left out before the page begins; only the list of calls documents it.
    skip: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Ascending,
    #[default]
    Descending,
}

/// Where an item stands in its list: ordered by time, then by id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) at: i64,
    pub(super) id: String,
}

impl Place {
    /// Opaque to clients; holds the place itself, so that a page begins rightly
    /// where its predecessor's last item has been deleted meanwhile.
    fn to_key(&self) -> String {
        format!("{}:{}", self.at, self.id).bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    fn from_key(key: &str) -> Option<Self> {
        let bytes: Option<Vec<u8>> = key
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let text = String::from_utf8(bytes?).ok()?;
        let (at, id) = text.split_once(':')?;
        Some(Self { at: at.parse().ok()?, id: id.to_owned() })
    }
}

/// One page.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pagination_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<usize>,
}

/// Cuts a page out of everything that matches.
pub(super) fn page<T>(mut all: Vec<(Place, T)>, wanted: &Paging) -> Result<Page<T>, Failure> {
    let limit = wanted.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_AT_MOST).contains(&limit) {
        return Err(Failure::bad(format!("limit must be from 1 to {LIMIT_AT_MOST}")));
    }
    let after = match wanted.pagination_key.as_deref() {
        None | Some("") => None,
        Some(key) => {
            Some(Place::from_key(key).ok_or_else(|| Failure::bad("pagination_key is not one of ours"))?)
        }
    };
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    if wanted.sort_order == Order::Descending {
        all.reverse();
    }
    let is_after = |place: &Place| match (&after, wanted.sort_order) {
        (None, _) => true,
        (Some(after), Order::Ascending) => place > after,
        (Some(after), Order::Descending) => place < after,
    };
    let mut rest = all.into_iter().filter(|(place, _)| is_after(place)).skip(wanted.skip);
    let mut last = None;
    let items: Vec<T> = rest
        .by_ref()
        .take(limit)
        .map(|(place, item)| {
            last = Some(place);
            item
        })
        .collect();
    let has_more = rest.next().is_some();
    let pagination_key = last.filter(|_| has_more).map(|place| place.to_key());
    Ok(Page { items, has_more, pagination_key, total: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: i64) -> Vec<(Place, i64)> {
        (0..count).map(|n| (Place { at: n / 2, id: format!("{n:03}") }, n)).collect()
    }

    #[test]
    fn pages_joined_are_the_whole_list_in_both_orders() {
        for sort_order in [Order::Ascending, Order::Descending] {
            let mut seen = Vec::new();
            let mut paging = Paging { limit: Some(3), sort_order, ..Paging::default() };
            loop {
                let page = page(numbers(10), &paging).unwrap();
                seen.extend(page.items);
                assert_eq!(page.has_more, page.pagination_key.is_some());
                match page.pagination_key {
                    Some(key) => paging.pagination_key = Some(key),
                    None => break,
                }
            }
            if sort_order == Order::Descending {
                seen.reverse();
            }
            assert_eq!(seen, (0..10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_page_goes_on_where_its_predecessors_last_item_is_gone() {
        let first = page(numbers(6), &Paging { limit: Some(2), ..Paging::default() }).unwrap();
        assert_eq!(first.items, [5, 4]);
        let left: Vec<_> = numbers(6).into_iter().filter(|(_, n)| *n != 4).collect();
        let next = Paging { limit: Some(2), pagination_key: first.pagination_key, ..Paging::default() };
        assert_eq!(page(left, &next).unwrap().items, [3, 2]);
    }

    #[test]
    fn limits_and_foreign_keys_are_refused() {
        for limit in [0, 1_001] {
            assert!(page(numbers(2), &Paging { limit: Some(limit), ..Paging::default() }).is_err());
        }
        for key in ["zz", "abc", "00"] {
            let paging = Paging { pagination_key: Some(key.into()), ..Paging::default() };
            assert!(page(numbers(2), &paging).is_err(), "{key}");
        }
    }
}
