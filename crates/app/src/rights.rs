//! What roles may do, narrowed by people.

use askpro_domain::{
    access::{Permission, Role},
    actor::Actor,
    ids::CompanyId,
};
pub use askpro_store::rights::Difference;
use askpro_store::{Error, Platform, Result, rights, schedule};

use crate::{App, sign_in::PATIENCE};

const RIGHTS: Platform = Platform { because: "roles belong to the installation" };

impl App {
    /// Brings the stored roles to what this program knows; the differences. What a
    /// person narrowed stays narrow.
    pub async fn seed_permissions(&self, actor: &Actor) -> Result<Vec<Difference>> {
        let (now, actor) = (self.clock.now(), actor.clone());
        self.store.platform_write(RIGHTS, PATIENCE, move |tx| rights::seed(tx, &actor, now)).await
    }

    /// Takes a permission away from a role, everywhere or in one company, or gives
    /// back what was taken; whoever has the role signs in anew. False where it was
    /// so already.
    pub async fn narrow_right(
        &self,
        role: Role,
        permission: Permission,
        company: Option<CompanyId>,
        taken_away: bool,
        actor: &Actor,
    ) -> Result<bool> {
        if !role.permissions().contains(&permission) {
            return Err(Error::Unfit(format!(
                "{} does not carry {}; a right can be narrowed, never widened",
                role.word(),
                permission.word()
            )));
        }
        if role.is_platform_wide() && (company.is_some() || permission == Permission::ManageUsers) {
            return Err(Error::Unfit(
                "super_admin holds for all companies and must be able to let people in; narrow another role"
                    .into(),
            ));
        }
        let (now, actor) = (self.clock.now(), actor.clone());
        self.store
            .platform_write(RIGHTS, PATIENCE, move |tx| {
                if let Some(company) = company
                    && schedule::find_company(tx, company)?.is_none()
                {
                    return Err(Error::Unfit("there is no such company; see `askpro company list`".into()));
                }
                rights::narrow(tx, (role, permission), company, taken_away, &actor, now)
            })
            .await
    }

    /// What was taken away from which role, everywhere or in the company named.
    pub async fn narrowed_rights(&self) -> Result<Vec<(Role, Permission, Option<CompanyId>)>> {
        self.store.platform_read(RIGHTS, PATIENCE, rights::narrowed).await
    }
}
