use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::terminal::line;

/// Lists every route from the router itself; needs no key and no database.
#[derive(Args)]
#[command(after_help = "Example:\n  askpro routes --json")]
pub(crate) struct Routes {
    /// As one JSON document
    #[arg(long)]
    json: bool,
}

impl Routes {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let listed = askpro_web::listed_routes();
        if self.json {
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
