//! The commands, a file each.

mod audit;
mod company;
mod config_show;
mod connection;
mod debug;
mod demo;
mod drill;
mod init;
mod key;
mod load_test;
mod migrate;
mod routes;
mod seed;
mod serve;
mod simulate;
mod token;
mod user;
mod verify;

use std::{io::Read, process::ExitCode};

use anyhow::Context;
use askpro_domain::secret::Secret;
use clap::{Parser, Subcommand};

use crate::config::{Config, Flags};

/// AI phone agents that book appointments, kept right.
#[derive(Parser)]
#[command(
    name = "askpro",
    version,
    about,
    after_help = "Start here:\n  askpro demo --once     four phone calls, played and checked, with nothing to set up\n  askpro init            master key, database and first administrator\n  askpro serve           answer calls"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Attack the critical parts in scratch copies and say what was seen
    Verify(verify::Verify),
    /// Play phone conversations against simulators and show what was booked
    Demo(demo::Demo),
    /// Break a part on purpose in a scratch environment and show what happened
    Drill(drill::Drill),
    /// Make the master key, the database and the first administrator
    Init(init::Init),
    /// Answer calls
    Serve(serve::Serve),
    /// Bring the database to this program's schema
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// The record of who changed what
    #[command(subcommand)]
    Audit(audit::Audit),
    /// List every route with who may call it
    Routes(routes::Routes),
    /// Roles and permissions
    #[command(subcommand)]
    Seed(seed::Seed),
    /// Companies
    #[command(subcommand)]
    Company(company::Company),
    /// People who sign in
    #[command(subcommand)]
    User(user::User),
    /// Connections to Retell and Cal.com
    #[command(subcommand)]
    Connection(connection::Connection),
    /// The master keys that wrap every other key
    #[command(subcommand)]
    Key(key::Key),
    /// API tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Put load on a scratch server and print a table
    LoadTest(load_test::LoadTest),
    /// Run a stand-in for Retell or Cal.com
    Simulate(simulate::Simulate),
    /// Show the configuration with where each value comes from
    #[command(subcommand)]
    Config(config_show::ConfigCommand),
    /// Answer one case per line with the domain's functions
    Debug(debug::Debug),
}

pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // These need neither configuration nor database.
    match cli.command {
        Command::Debug(debug) => return debug.run(),
        Command::Routes(routes) => return routes.run(),
        Command::Simulate(simulate) => return simulate.run(),
        _ => {}
    }
    let config = Config::load(&cli.flags)?;
    match cli.command {
        Command::Demo(demo) => demo.run(&config),
        Command::Drill(drill) => drill.run(&config),
        Command::LoadTest(load) => load.run(&config),
        Command::Verify(verify) => verify.run(&config),
        Command::Init(init) => init.run(&config),
        Command::Serve(serve) => serve.run(&config),
        Command::Migrate(migrate) => migrate.run(&config),
        Command::Audit(audit) => audit.run(&config),
        Command::Seed(seed) => seed.run(&config),
        Command::Company(company) => company.run(&config),
        Command::User(user) => user.run(&config),
        Command::Connection(connection) => connection.run(&config),
        Command::Key(key) => key.run(&config),
        Command::Token(token) => token.run(&config),
        Command::Config(show) => show.run(&config),
        Command::Debug(_) | Command::Routes(_) | Command::Simulate(_) => Ok(ExitCode::SUCCESS),
    }
}

/// A runtime for commands that wait for something.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("no runtime could be started")?
        .block_on(work)
}

/// A secret from a prompt, or the first line of standard input where nobody sits
/// at a terminal. Never from an argument: those are seen in process lists.
fn read_secret(what: &str) -> anyhow::Result<Secret> {
    use std::io::IsTerminal;
    let text = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{what}: ")).context("nothing could be read from the terminal")?
    } else {
        let mut text = String::new();
        std::io::stdin().take(65_536).read_to_string(&mut text).context("standard input cannot be read")?;
        text.lines().next().unwrap_or_default().to_owned()
    };
    let text = text.trim();
    anyhow::ensure!(!text.is_empty(), "no {what} was given; type it, or pipe it in on standard input");
    Ok(Secret::new(text.to_owned()))
}
