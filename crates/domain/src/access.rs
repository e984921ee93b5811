//! Who may do what: roles, permissions, and which role carries which.

use crate::{
    actor::Actor,
    ids::{CompanyId, TokenId, UserId},
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every one, in a fixed order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word that stands in the database, in addresses and on pages.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one with this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// What somebody may be allowed to do.
    Permission {
        /// Change agents, functions, numbers and rollouts of its companies.
        ManageRetellControlCenter = "manage_retell_control_center",
        /// Create, invite and disable people.
        ManageUsers = "manage_users",
        /// Create and change connections to providers.
        ManageConnections = "manage_connections",
        /// Rotate keys.
        ManageKeys = "manage_keys",
        /// Change branches, hours, staff, services and customers.
        ManageBusiness = "manage_business",
        /// Change agents.
        ManageAgents = "manage_agents",
        /// Change phone numbers.
        ManageNumbers = "manage_numbers",
        /// Start and stop rollouts.
        ManageRollouts = "manage_rollouts",
        /// Backups, drills, jobs, incidents.
        ManageOperation = "manage_operation",
        /// Change one's own calendar.
        ManageOwnCalendar = "manage_own_calendar",
        /// See calls without their words.
        ViewCalls = "view_calls",
        /// Read what was said.
        ViewTranscripts = "view_transcripts",
        /// See customers.
        ViewCustomers = "view_customers",
        /// See appointments, services, staff and branches.
        ViewAppointments = "view_appointments",
        /// Read the record of changes.
        ViewAudit = "view_audit",
        /// See jobs, deliveries, health and figures.
        ViewOperation = "view_operation",
    }
}

impl Permission {
    /// How a route is listed that takes this permission or, for what is of one's own
    /// calendar, [`Permission::ManageOwnCalendar`].
    pub fn word_or_own(self) -> &'static str {
        match self {
            Self::ViewAppointments => "view_appointments or manage_own_calendar",
            Self::ViewCustomers => "view_customers or manage_own_calendar",
            Self::ManageBusiness => "manage_business or manage_own_calendar",
            // Nothing else has a part of one's own.
            other => other.word(),
        }
    }
}

words! {
    /// A bundle of permissions that a person has, everywhere or in one company.
    Role {
        /// All companies.
        SuperAdmin = "super_admin",
        /// Agents, functions, numbers and rollouts of its companies.
        RetellManager = "retell_manager",
        /// One company.
        CompanyAdmin = "company_admin",
        /// One's own calendar and customers.
        Staff = "staff",
        /// Reads everything in a company but secrets and transcripts.
        Auditor = "auditor",
    }
}

impl Role {
    /// What the role may do from the start; a person can narrow it.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::{
            ManageAgents, ManageBusiness, ManageConnections, ManageKeys, ManageNumbers, ManageOwnCalendar,
            ManageRetellControlCenter, ManageRollouts, ManageUsers, ViewAppointments, ViewAudit, ViewCalls,
            ViewCustomers, ViewOperation, ViewTranscripts,
        };
        match self {
            Self::SuperAdmin => Permission::ALL,
            Self::RetellManager => &[
                ManageRetellControlCenter,
                ManageAgents,
                ManageNumbers,
                ManageRollouts,
                ViewCalls,
                ViewAppointments,
                ViewOperation,
            ],
            Self::CompanyAdmin => &[
                ManageUsers,
                ManageConnections,
                ManageKeys,
                ManageBusiness,
                ManageOwnCalendar,
                ViewCalls,
                ViewTranscripts,
                ViewCustomers,
                ViewAppointments,
                ViewAudit,
                ViewOperation,
            ],
            // What is everybody's in the company is not theirs: lists of one's own
            // calendar and customers go by this permission alone.
            Self::Staff => &[ManageOwnCalendar],
            Self::Auditor => &[ViewCalls, ViewCustomers, ViewAppointments, ViewAudit, ViewOperation],
        }
    }

    /// Whether the role holds for all companies rather than for one.
    pub fn is_platform_wide(self) -> bool {
        self == Self::SuperAdmin
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rights(u32);

const _: () = assert!(Permission::ALL.len() <= 32, "a permission is a bit of a Rights");

impl Rights {
    /// The same with one more.
    #[must_use]
    pub fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission as u32)
    }

    /// Whether it is among them.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }
}

impl std::fmt::Debug for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(Permission::ALL.iter().filter(|one| self.contains(**one))).finish()
    }
}

/// A role in one company, or everywhere where `company` is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Membership {
    /// Where it holds; `None` is everywhere.
    pub company: Option<CompanyId>,
    /// As what.
    pub role: Role,
    /// What a person took away from the role there.
    pub narrowed: Rights,
}

impl Membership {
    /// With everything that the role may do.
    pub fn new(company: Option<CompanyId>, role: Role) -> Self {
        Self { company, role, narrowed: Rights::default() }
    }

    /// Whether it carries a permission.
    pub fn grants(&self, permission: Permission) -> bool {
        self.role.permissions().contains(&permission) && !self.narrowed.contains(permission)
    }
}

/// Somebody who was verified, with everything that decides what they may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    /// Who.
    pub user: UserId,
    /// With which token, where a program asks in their name.
    pub token: Option<TokenId>,
    /// Where and as what.
    pub memberships: Vec<Membership>,
}

/// The companies in which a permission holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Every company.
    Everywhere,
    /// These; never empty.
    Companies(Vec<CompanyId>),
}

impl Principal {
    /// Who acts, for the record.
    pub fn actor(&self) -> Actor {
        self.token.map_or_else(|| Actor::person(self.user), |token| Actor::token(token, self.user))
    }

    /// Where the permission holds; `None` where it holds nowhere.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        let granting = self.memberships.iter().filter(|m| m.grants(permission));
        let mut companies = Vec::new();
        for membership in granting {
            match membership.company {
                None if membership.role.is_platform_wide() => return Some(Reach::Everywhere),
                None => {}
                Some(company) => companies.push(company),
            }
        }
        (!companies.is_empty()).then_some(Reach::Companies(companies))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::ids::Chance;

    struct Zero;
    impl Chance for Zero {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn a_role_without_a_company_reaches_nothing_unless_it_is_platform_wide() {
        let user = UserId::new(Timestamp::UNIX_EPOCH, &Zero);
        let homeless =
            Principal { user, token: None, memberships: vec![Membership::new(None, Role::CompanyAdmin)] };
        assert_eq!(homeless.reach(Permission::ViewAppointments), None);
        let boss =
            Principal { user, token: None, memberships: vec![Membership::new(None, Role::SuperAdmin)] };
        assert_eq!(boss.reach(Permission::ViewAppointments), Some(Reach::Everywhere));
    }

    #[test]
    fn what_was_taken_away_from_a_role_holds_nowhere_even_for_whoever_may_do_everything() {
        let user = UserId::new(Timestamp::UNIX_EPOCH, &Zero);
        let narrowed = Rights::default().with(Permission::ViewTranscripts);
        let boss = Membership { narrowed, ..Membership::new(None, Role::SuperAdmin) };
        let principal = Principal { user, token: None, memberships: vec![boss] };
        assert_eq!(principal.reach(Permission::ViewTranscripts), None);
        for permission in Permission::ALL.iter().filter(|one| **one != Permission::ViewTranscripts) {
            assert_eq!(principal.reach(*permission), Some(Reach::Everywhere), "{permission:?}");
        }
        assert_eq!(format!("{narrowed:?}"), "{ViewTranscripts}");
    }

    #[test]
    fn words_are_unique_and_read_back() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.word()), Some(*permission));
        }
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(*role));
        }
    }

    #[test]
    fn an_auditor_reads_no_transcripts_and_changes_nothing() {
        for permission in Role::Auditor.permissions() {
            assert!(permission.word().starts_with("view_"));
            assert_ne!(*permission, Permission::ViewTranscripts);
        }
    }
}
