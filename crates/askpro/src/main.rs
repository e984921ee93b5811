//! The program: reads the command line and the configuration, wires the parts
//! together, and turns every failure into one sentence and an exit code.

mod commands;
mod config;
mod terminal;
mod wiring;

use std::process::ExitCode;

use clap::Parser;
use commands::Cli;

fn main() -> ExitCode {
    // Wrong use ends here with clap's own message and exit code 2.
    let cli = Cli::parse();
    terminal::quiet_panics();
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error);
            ExitCode::from(1)
        }
    }
}
