//! What stands around every page: navigation, company and branch, search, clock,
//! one's own account.

use askpro_app::console::Counts;
use askpro_domain::access::Permission;

use super::components::{self, Icon, Toast};
use crate::{browser::Look, pages::Texts, pages::assets};

/// A page of the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Overview,
    Calls,
    Calendar,
    Tasks,
    Customers,
    People,
    State,
    Components,
    Keys,
    Search,
}

impl Place {
    /// Where it is.
    pub(crate) fn address(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Calls => "/calls",
            Self::Calendar => "/calendar",
            Self::Tasks => "/tasks",
            Self::Customers => "/customers",
            Self::People => "/people",
            Self::State => "/status",
            Self::Components => "/components",
            Self::Keys => "/keys",
            Self::Search => "/search",
        }
    }
}

/// One entry of the navigation.
pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) icon: &'static str,
    pub(crate) address: String,
    pub(crate) is_here: bool,
    pub(crate) live: u32,
    pub(crate) human: u32,
    /// The key after `g`.
    pub(crate) key: &'static str,
}

/// Entries under one heading.
pub(crate) struct Group {
    pub(crate) text: String,
    pub(crate) entries: Vec<Entry>,
}

/// A company or a branch to switch to.
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) is_chosen: bool,
}

/// What every page of the console has around it.
pub(crate) struct Frame {
    pub(crate) t: Texts,
    pub(crate) look: Look,
    /// What forms carry.
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) companies: Vec<Choice>,
    pub(crate) branches: Vec<Choice>,
    /// Parameters that every link takes along.
    pub(crate) kept: Vec<(String, String)>,
    /// This page's address.
    pub(crate) here: String,
    pub(crate) place: Place,
    pub(crate) counts: Counts,
    pub(crate) clock: String,
    pub(crate) offset_minutes: i32,
    pub(crate) zone: String,
    pub(crate) may: Vec<Permission>,
    /// Where changes are told.
    pub(crate) live: String,
    /// What was done just now.
    pub(crate) said: Option<Toast>,
}

impl Frame {
    /// An address with company and branch.
    pub(crate) fn link(&self, address: &str) -> String {
        self.link_with(address, &[])
    }

    /// An address with company, branch and more.
    pub(crate) fn link_with(&self, address: &str, more: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(&str, &str)> =
            self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend_from_slice(more);
        with_query(address, &pairs)
    }

    pub(crate) fn icon(&self, name: &'static str) -> Icon {
        components::icon(name)
    }

    pub(crate) fn icon_small(&self, name: &'static str) -> Icon {
        components::icon_small(name)
    }

    pub(crate) fn icon_large(&self, name: &'static str) -> Icon {
        components::icon_large(name)
    }

    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// The chosen company's name.
    pub(crate) fn company(&self) -> &str {
        self.companies.iter().find(|one| one.is_chosen).map_or("", |one| &one.name)
    }

    /// The chosen branch's name.
    pub(crate) fn branch(&self) -> &str {
        self.branches.iter().find(|one| one.is_chosen).map_or("", |one| &one.name)
    }

    /// Two letters for the account.
    pub(crate) fn initials(&self) -> String {
        super::words::initials(&self.name)
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.may.contains(&permission)
    }

    /// This address with another look or language.
    pub(crate) fn here_with(&self, name: &str, value: &str) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.to_owned(), value.to_owned()));
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        with_query(path, &pairs)
    }

    /// The navigation: what works and the person may see, in five groups.
    pub(crate) fn groups(&self) -> Vec<Group> {
        use Permission::{ManageOwnCalendar, ViewAppointments, ViewCalls, ViewCustomers};
        let sees_all = self.may(ViewAppointments);
        let own = self.may(ManageOwnCalendar) && !sees_all;
        let entry = |is_shown: bool, place: Place, text: &str, icon: &'static str, key: &'static str| {
            is_shown.then(|| Entry {
                text: self.t.say(text).into_owned(),
                icon,
                address: self.link(place.address()),
                is_here: place == self.place,
                live: if place == Place::Calls { self.counts.calls } else { 0 },
                human: if place == Place::Tasks { self.counts.tasks } else { 0 },
                key,
            })
        };
        let group = |text: &str, entries: Vec<Option<Entry>>| Group {
            text: self.t.say(text).into_owned(),
            entries: entries.into_iter().flatten().collect(),
        };
        let mut groups = vec![
            group(
                "nav-today",
                vec![
                    entry(self.may(ViewCalls), Place::Overview, "nav-overview", "layout-dashboard", "o"),
                    entry(self.may(ViewCalls), Place::Calls, "nav-calls", "phone", "a"),
                    entry(sees_all, Place::Calendar, "nav-calendar", "calendar-days", "k"),
                    entry(own, Place::Calendar, "nav-own-calendar", "calendar-days", "k"),
                    entry(sees_all, Place::Tasks, "nav-tasks", "hand", "t"),
                    entry(self.may(ViewCustomers), Place::Customers, "nav-customers", "contact", "c"),
                    entry(own, Place::Customers, "nav-own-customers", "contact", "c"),
                ],
            ),
            group(
                "nav-access",
                vec![entry(
                    self.may(Permission::ManageUsers),
                    Place::People,
                    "nav-people",
                    "shield-check",
                    "u",
                )],
            ),
            group("nav-operation", vec![entry(true, Place::State, "nav-state", "activity", "z")]),
        ];
        groups.retain(|group| !group.entries.is_empty());
        groups
    }

    /// The entries at the foot of a narrow screen.
    pub(crate) fn nearest(&self) -> Vec<Entry> {
        self.groups().into_iter().flat_map(|group| group.entries).take(4).collect()
    }
}

/// An address with parameters.
pub(crate) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{address}?{query}"),
        _ => address.to_owned(),
    }
}
