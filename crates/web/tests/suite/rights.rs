//! Rights as they are stored: narrowed by people, never widened by anything.

use askpro_app::rights::Difference;
use askpro_domain::{
    access::{Permission, Role},
    actor::Actor,
};
use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::{
    browser::{Browser, PASSWORD, person},
    scene::Scene,
};

const TEST: Actor = Actor::system("test");

async fn token(scene: &Scene, email: &str, role: Role) -> String {
    person(scene, email, role).await;
    scene.app.create_token(email, "test", SignedDuration::from_hours(1)).await.unwrap().expose().to_owned()
}

askpro_testkit::on_both_databases! {
    async fn seeding_twice_changes_nothing_and_leaves_narrowed_what_a_person_narrowed(ground) {
        let scene = Scene::open(ground).await;
        let first = scene.app.seed_permissions(&TEST).await.unwrap();
        let all: usize = Role::ALL.iter().map(|role| role.permissions().len()).sum();
        assert_eq!(first.len(), all);
        assert!(first.iter().all(|one| matches!(one, Difference::Added(..))));
        assert!(scene.app.seed_permissions(&TEST).await.unwrap().is_empty());

        let (role, permission) = (Role::Auditor, Permission::ViewCalls);
        assert!(scene.app.narrow_right(role, permission, None, true, &TEST).await.unwrap());
        assert!(!scene.app.narrow_right(role, permission, None, true, &TEST).await.unwrap());
        let again = scene.app.seed_permissions(&TEST).await.unwrap();
        assert_eq!(again, [Difference::StaysNarrowed(role, permission)]);

        // What an older or newer program wrote goes, what is missing comes back.
        scene.ground.as_owner(&[
            "DELETE FROM role_permissions WHERE role = 'staff'",
            "UPDATE role_permissions SET permission = 'manage_keys' WHERE role = 'auditor' AND permission = 'view_audit'",
        ]).unwrap();
        let mended = scene.app.seed_permissions(&TEST).await.unwrap();
        assert!(mended.contains(&Difference::Removed(Role::Auditor, Permission::ManageKeys)), "{mended:?}");
        assert!(mended.contains(&Difference::Added(Role::Staff, Permission::ManageOwnCalendar)), "{mended:?}");
    }

    async fn a_narrowed_right_is_gone_at_once_in_browsers_and_for_tokens_and_only_where_it_was_narrowed(ground) {
        let scene = Scene::open(ground).await;
        let auditor = token(&scene, "auditor@example.com", Role::Auditor).await;
        let admin = token(&scene, "admin@example.com", Role::CompanyAdmin).await;
        let browser = Browser::open(&scene);
        browser.sign_in("auditor@example.com", PASSWORD).await;
        let calls = "/api/v1/calls";
        for narrowed_in in [None, Some(scene.salon.company)] {
            assert_eq!(scene.get(calls, Some(&auditor)).await.0, StatusCode::OK);
            let (role, permission) = (Role::Auditor, Permission::ViewCalls);
            scene.app.narrow_right(role, permission, narrowed_in, true, &TEST).await.unwrap();
            assert_eq!(scene.get(calls, Some(&auditor)).await.0, StatusCode::FORBIDDEN);
            assert_eq!(scene.get(calls, Some(&admin)).await.0, StatusCode::OK, "another role is as it was");
            assert_eq!(scene.get("/api/v1/appointments", Some(&auditor)).await.0, StatusCode::OK);
            assert_eq!(browser.get("/profile").await.goes_to(), "/login?return_to=/profile", "they sign in anew");
            browser.sign_in("auditor@example.com", PASSWORD).await;
            assert_eq!(browser.get(calls).await.status, StatusCode::FORBIDDEN);
            scene.app.narrow_right(role, permission, narrowed_in, false, &TEST).await.unwrap();
            assert_eq!(scene.get(calls, Some(&auditor)).await.0, StatusCode::OK);
            browser.sign_in("auditor@example.com", PASSWORD).await;
        }
    }

    async fn no_row_gives_a_role_more_than_the_program_does(ground) {
        let scene = Scene::open(ground).await;
        let staff = token(&scene, "staff@example.com", Role::Staff).await;
        let now = if scene.ground.url.starts_with("sqlite:") { "0" } else { "now()" };
        scene.ground.as_owner(&[&format!("INSERT INTO role_permissions VALUES ('staff', 'view_calls', NULL, {now})")]).unwrap();
        assert_eq!(scene.get("/api/v1/calls", Some(&staff)).await.0, StatusCode::FORBIDDEN);
        let refused = scene.app.narrow_right(Role::Staff, Permission::ViewCalls, None, false, &TEST).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("never widened")));
        assert!(scene.app.narrow_right(Role::SuperAdmin, Permission::ManageUsers, None, true, &TEST).await.is_err());
    }
}
