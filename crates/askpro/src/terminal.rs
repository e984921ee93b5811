//! What people see in a terminal.

#![expect(clippy::print_stderr, reason = "this is where the program speaks to its terminal")]

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
};

/// Prints a line on standard output. A reader that went away (`| head`) ends the
/// output quietly.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a remark on standard error.
pub(crate) fn remark(text: impl Display) {
    eprintln!("{text}");
}

/// Prints a failure as one sentence on standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    // The chain in one line: what failed, and why.
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    eprintln!("askpro: {}", chain.join(": "));
}

/// A panic is our mistake: one line with its place, no stack trace and nothing
/// of what the program was working on.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic; this is a bug in askpro");
        eprintln!("askpro: an internal error at {place}; please report it");
    }));
}

/// Colours for a terminal; plain text everywhere else and where `NO_COLOR` is set.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    is_coloured: bool,
}

impl Style {
    /// For standard output.
    pub(crate) fn detect(no_color: bool) -> Self {
        Self { is_coloured: !no_color && std::io::stdout().is_terminal() }
    }

    fn paint(self, code: &str, text: impl Display) -> String {
        if self.is_coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    pub(crate) fn bold(self, text: impl Display) -> String {
        self.paint("1", text)
    }

    pub(crate) fn dim(self, text: impl Display) -> String {
        self.paint("2", text)
    }

    pub(crate) fn good(self, text: impl Display) -> String {
        self.paint("32", text)
    }

    pub(crate) fn bad(self, text: impl Display) -> String {
        self.paint("31", text)
    }

    pub(crate) fn caller(self, text: impl Display) -> String {
        self.paint("33", text)
    }

    pub(crate) fn agent(self, text: impl Display) -> String {
        self.paint("36", text)
    }

    pub(crate) fn function(self, text: impl Display) -> String {
        self.paint("35", text)
    }
}
