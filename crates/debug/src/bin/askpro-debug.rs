//! `askpro debug` without the rest of the program: for quick work on the domain.
//! The command line is `askpro-debug TOPIC --json-lines`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let word = std::env::args().nth(1).unwrap_or_default();
    let Some((_, topic)) = askpro_debug::Topic::ALL.iter().find(|(name, _)| *name == word) else {
        return ExitCode::from(2);
    };
    match askpro_debug::json_lines(*topic, std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
