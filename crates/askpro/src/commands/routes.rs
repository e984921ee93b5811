use std::process::ExitCode;

use askpro_domain::access::Role;
use clap::Args;
use serde_json::{Value, json};

use crate::terminal::line;

/// Lists every route from the router itself; needs no key and no database.
#[derive(Args)]
#[command(after_help = "Example:\n  askpro routes --json")]
pub(crate) struct Routes {
    /// As one JSON document
    #[arg(long, conflicts_with = "matrix")]
    json: bool,
    /// As the table of docs/permissions.md: which role may call what
    #[arg(long)]
    matrix: bool,
}

/// What stands above the table.
const MATRIX: &str = "# Who may call what\n\nWritten by `askpro routes --matrix` from the router itself. `askpro verify` holds the router\nagainst this page and walks every route as every role, so a route that is opened, or needs\nsomething else than before, is seen here and in the review of this file.\n\nA role holds in its own company, `super_admin` everywhere; what belongs to another company is\nnot found. `signed:…` is a provider's request under the key of the connection in its address.\n";

impl Routes {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let listed = askpro_web::listed_routes();
        if self.matrix {
            line(matrix(&listed));
        } else if self.json {
            let routes: Vec<Value> = listed
                .iter()
                .map(|route| {
                    let permission = route.access.word();
                    json!({ "method": route.method.as_str(), "path": route.path, "permission": permission,
                        "public": permission.is_none() })
                })
                .collect();
            line(Value::Array(routes));
        } else {
            for route in listed {
                let access = route.access.word().unwrap_or("public");
                line(format!("{:<7} {:<46} {access}", route.method.as_str(), route.path));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn matrix(routes: &[askpro_web::Listed]) -> String {
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    let mut text = format!("{MATRIX}\n| method | path | needs | {} |\n", roles.join(" | "));
    text.push_str(&format!("|---|---|---|{}\n", "---|".repeat(roles.len())));
    for route in routes {
        let word = route.access.word();
        let cells: Vec<&str> = Role::ALL
            .iter()
            .map(|role| match (route.access.may(*role), word) {
                (Some(true), _) => "yes",
                (Some(false), _) => "–",
                (None, None | Some("signed_in")) => "yes",
                (None, Some(_)) => "",
            })
            .collect();
        text.push_str(&format!(
            "| {} | `{}` | {} | {} |\n",
            route.method,
            route.path,
            word.unwrap_or("public"),
            cells.join(" | ")
        ));
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_permissions_is_what_the_router_says() {
        let page = include_str!("../../../../docs/permissions.md");
        let says =
            "run `cargo run -p askpro -- routes --matrix > docs/permissions.md` and review what changed";
        assert_eq!(page.trim_end(), matrix(&askpro_web::listed_routes()), "{says}");
    }
}
