//! What stands around every page.

use askpro_domain::{
    access::Reach,
    business::Branch,
    ids::{BranchId, CompanyId, UserId},
};
use askpro_store::{
    Company, CompanyTx, Platform, Result,
    console::{self, Counts},
    schedule,
};
use jiff::{SignedDuration, Timestamp};

use super::PATIENCE;
use crate::App;

/// A call that was begun longer ago than this and never ended was lost by whoever
/// tells of it.
pub(super) const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(2);

/// Who reads, and the companies to choose from.
#[derive(Clone, Debug)]
pub struct Reader {
    /// As they are called.
    pub name: String,
    /// Companies with their names, in order of the alphabet.
    pub companies: Vec<(CompanyId, String)>,
}

/// What stands around a page of one company.
#[derive(Clone, Debug)]
pub struct Around {
    /// Now.
    pub now: Timestamp,
    /// The company's branches, the oldest first.
    pub branches: Vec<Branch>,
    /// What stands beside the navigation.
    pub counts: Counts,
}

impl App {
    /// Who reads pages, and of which companies.
    pub async fn reader(&self, user: UserId, reach: Reach) -> Result<Reader> {
        let because = Platform { because: "a person is told between which companies to choose" };
        self.store
            .platform_read(because, PATIENCE, move |tx| {
                let of = match &reach {
                    Reach::Everywhere => None,
                    Reach::Companies(ids) => Some(ids.as_slice()),
                };
                let (name, companies) = console::reader(tx, user, of)?;
                Ok(Reader { name, companies })
            })
            .await
    }

    /// Reads what a page shows, together with what stands around it.
    pub(super) async fn with_around<T: Send + 'static>(
        &self,
        company: CompanyId,
        branch: Option<BranchId>,
        work: impl Fn(&mut CompanyTx<'_>, &Around) -> Result<T> + Send + 'static,
    ) -> Result<(Around, T)> {
        let now = self.clock.now();
        self.store
            .read(Company(company), PATIENCE, move |tx| {
                let since = now.checked_sub(LONGEST_CALL).unwrap_or(now);
                let counts = console::counts(tx, branch, since)?;
                let around = Around { now, branches: schedule::branches(tx)?, counts };
                let shown = work(tx, &around)?;
                Ok((around, shown))
            })
            .await
    }

    /// What stands around a page that shows nothing of the company itself.
    pub async fn around(&self, company: CompanyId, branch: Option<BranchId>) -> Result<Around> {
        Ok(self.with_around(company, branch, |_, _| Ok(())).await?.0)
    }
}
