//! Configuration: flags, then `ASKPRO_*` variables, then `askpro.toml`, then the
//! default. The only place that reads the environment.

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, bail};
use askpro_domain::secret::Secret;
use askpro_store::migrate::Environment;
use clap::Args;

/// Settings that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Flags {
    /// Database: sqlite:PATH or postgres://user:password@host/name [env: ASKPRO_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Local durable files [env: ASKPRO_STATE_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    state_dir: Option<String>,
    /// Address to listen on [env: ASKPRO_LISTEN]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// File with the master keys [env: ASKPRO_MASTER_KEY_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    master_key_file: Option<String>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", default_value = "askpro.toml")]
    config: PathBuf,
}

/// A setting: its key in the file, its variable, its default.
struct Setting {
    key: &'static str,
    variable: &'static str,
    default: &'static str,
    is_secret: bool,
}

const fn setting(key: &'static str, variable: &'static str, default: &'static str) -> Setting {
    Setting { key, variable, default, is_secret: false }
}

const fn secret(key: &'static str, variable: &'static str) -> Setting {
    Setting { key, variable, default: "", is_secret: true }
}

/// Every name that is fixed for operators.
const SETTINGS: &[Setting] = &[
    Setting {
        is_secret: true,
        ..setting("database_url", "ASKPRO_DATABASE_URL", "sqlite:askpro-data/askpro.db")
    },
    setting("state_dir", "ASKPRO_STATE_DIR", "askpro-data/state"),
    setting("listen", "ASKPRO_LISTEN", "127.0.0.1:8080"),
    setting("master_key_file", "ASKPRO_MASTER_KEY_FILE", ""),
    secret("master_key", "ASKPRO_MASTER_KEY"),
    setting("public_url", "ASKPRO_PUBLIC_URL", ""),
    setting("metrics_listen", "ASKPRO_METRICS_LISTEN", ""),
    secret("metrics_token", "ASKPRO_METRICS_TOKEN"),
    setting("trusted_proxies", "ASKPRO_TRUSTED_PROXIES", ""),
    secret("mail_url", "ASKPRO_MAIL_URL"),
    setting("log", "ASKPRO_LOG", "info"),
    setting("env", "ASKPRO_ENV", "production"),
];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Flag,
    Variable(&'static str),
    File,
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => f.write_str(name),
            Self::File => f.write_str("file"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The settings in force, with where each came from.
#[derive(Clone)]
pub(crate) struct Config {
    values: BTreeMap<&'static str, (String, Source)>,
}

impl Config {
    /// Collects the settings. An unknown key or variable is an error.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub(crate) fn load(flags: &Flags) -> anyhow::Result<Self> {
        let file = read_file(&flags.config)?;
        // Read one by one: a variable of somebody else's that is not UTF-8 must do no harm.
        for (name, _) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with("ASKPRO_")) else { continue };
            let is_known =
                SETTINGS.iter().any(|one| one.variable == name) || name.starts_with("ASKPRO_TEST_");
            if !is_known {
                bail!("the variable {name} is unknown; `askpro config show` lists what there is");
            }
        }
        let flag = |key: &str| match key {
            "database_url" => flags.database_url.clone(),
            "state_dir" => flags.state_dir.clone(),
            "listen" => flags.listen.clone(),
            "master_key_file" => flags.master_key_file.clone(),
            _ => None,
        };
        let values = SETTINGS
            .iter()
            .map(|one| {
                let found = flag(one.key)
                    .map(|value| (value, Source::Flag))
                    .or_else(|| {
                        std::env::var(one.variable).ok().map(|value| (value, Source::Variable(one.variable)))
                    })
                    .or_else(|| file.get(one.key).map(|value| (value.clone(), Source::File)))
                    .unwrap_or_else(|| (one.default.to_owned(), Source::Default));
                (one.key, found)
            })
            .collect();
        Ok(Self { values })
    }

    fn get(&self, key: &str) -> &str {
        self.values.get(key).map_or("", |(value, _)| value)
    }

    /// Whether somebody set it.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|(_, source)| *source != Source::Default)
    }

    pub(crate) fn database_url(&self) -> &str {
        self.get("database_url")
    }

    pub(crate) fn state_dir(&self) -> PathBuf {
        PathBuf::from(self.get("state_dir"))
    }

    pub(crate) fn listen(&self) -> anyhow::Result<SocketAddr> {
        let text = self.get("listen");
        text.parse().with_context(|| format!("{text:?} is no address to listen on; write 127.0.0.1:8080"))
    }

    /// Where metrics are served apart from everything else; `None` where they are not.
    pub(crate) fn metrics_listen(&self) -> anyhow::Result<Option<SocketAddr>> {
        let text = self.get("metrics_listen");
        if text.is_empty() || text == self.get("listen") {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .with_context(|| format!("{text:?} is no address to listen on for metrics; write 127.0.0.1:9090"))
    }

    /// What opens metrics besides a token of somebody who may see operation.
    pub(crate) fn metrics_token(&self) -> Option<Secret> {
        let text = self.get("metrics_token");
        (!text.is_empty()).then(|| Secret::new(text.to_owned()))
    }

    pub(crate) fn public_url(&self) -> Option<String> {
        let url = self.get("public_url").trim_end_matches('/');
        (!url.is_empty()).then(|| url.to_owned())
    }

    /// Where mails go; nowhere unless somebody said so.
    pub(crate) fn mail_url(&self) -> Option<&str> {
        Some(self.get("mail_url")).filter(|url| !url.is_empty())
    }

    /// How browsers and mails reach this server: as somebody said, else as it listens.
    pub(crate) fn address_for_people(&self) -> anyhow::Result<String> {
        match self.public_url() {
            Some(url) => Ok(url),
            None => Ok(format!("http://{}", self.listen()?)),
        }
    }

    /// Proxies whose word about a visitor's address is believed.
    pub(crate) fn trusted_proxies(&self) -> anyhow::Result<Vec<IpAddr>> {
        self.get("trusted_proxies")
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| {
                text.parse::<IpAddr>().map(|address| address.to_canonical()).with_context(|| {
                    format!("{text:?} is no proxy's address; write 10.0.0.1, and several with commas")
                })
            })
            .collect()
    }

    pub(crate) fn environment(&self) -> anyhow::Result<Environment> {
        let word = self.get("env");
        Environment::parse(word).with_context(|| {
            format!("{word:?} is no environment; write production, staging, demo or scratch")
        })
    }

    /// Whether colours are unwanted (`NO_COLOR`, see no-color.org).
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub(crate) fn is_plain(&self) -> bool {
        std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }

    pub(crate) fn log(&self) -> &str {
        self.get("log")
    }

    /// Where the master keys are, if anywhere: their text, or their file.
    pub(crate) fn master_key(&self) -> Option<MasterKey> {
        let (text, file) = (self.get("master_key"), self.get("master_key_file"));
        if !file.is_empty() {
            Some(MasterKey::File(PathBuf::from(file)))
        } else if !text.is_empty() {
            Some(MasterKey::Text(Secret::new(text.to_owned())))
        } else {
            None
        }
    }

    /// Every setting as (key, value, source), secrets masked.
    pub(crate) fn shown(&self) -> Vec<(&'static str, String, String)> {
        SETTINGS
            .iter()
            .map(|one| {
                let (value, source) = &self.values[one.key];
                let shown = if one.is_secret { masked(value) } else { value.clone() };
                (one.key, shown, source.to_string())
            })
            .collect()
    }
}

/// Where the master keys come from.
pub(crate) enum MasterKey {
    File(PathBuf),
    Text(Secret),
}

/// A secret as people may see it: an address without its password, else nothing.
fn masked(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    if let Some((scheme, rest)) = value.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
    {
        let name = user.split(':').next().unwrap_or_default();
        let password = if user.contains(':') { ":…" } else { "" };
        return format!("{scheme}://{name}{password}@{host}");
    }
    if value.starts_with("sqlite:") { value.to_owned() } else { "…".into() }
}

fn read_file(path: &PathBuf) -> anyhow::Result<BTreeMap<String, String>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let table: toml::Table = text.parse().with_context(|| format!("{} is not valid TOML", path.display()))?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !SETTINGS.iter().any(|one| one.key == key) {
            bail!("{}: the key {key:?} is unknown; `askpro config show` lists what there is", path.display());
        }
        match value {
            toml::Value::String(text) => values.insert(key, text),
            toml::Value::Integer(number) => values.insert(key, number.to_string()),
            _ => bail!("{}: the value of {key:?} must be a text", path.display()),
        };
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(masked("postgres://ask:s3cret@db:5432/askpro"), "postgres://ask:…@db:5432/askpro");
        assert_eq!(masked("sqlite:askpro.db"), "sqlite:askpro.db");
        assert_eq!(masked("active 1234"), "…");
    }
}
