//! For whom the store is asked. Every call names a company, or says aloud that
//! it is for the platform and why.

use askpro_domain::ids::CompanyId;

/// Work inside one company: it sees and changes that company's rows only, by the
/// statements' own filter and, on PostgreSQL, by row-level security.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Company(pub CompanyId);

/// Work across companies. Each use names its reason, which is logged, so that a
/// review finds every one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Platform {
    /// Why one company is not enough.
    pub because: &'static str,
}
