//! Unknown keys are errors: a setting that nobody reads must not look as if it worked.

use std::collections::{BTreeSet, HashMap};

use super::{ConfigError, REFERENCE};

/// How our environment variables begin.
pub(super) const PREFIX: &str = "WAYBILL__";

/// Below this the operator names things as flows call them.
const FREE: &str = "flows.env.";

/// How near a name must be to be suggested.
const NEAR: f64 = 0.75;

/// Compares what a file and the environment set with the keys of the reference.
pub(super) fn check(file: Option<(&str, &str)>, environment: &HashMap<String, String>) -> Result<(), ConfigError> {
    let known = keys_of(&parse(REFERENCE)?);
    if let Some((name, text)) = file {
        for key in keys_of(&parse(text)?).into_iter().filter(|key| !key.starts_with(FREE)) {
            require(&known, &key, name)?;
        }
    }
    for name in environment.keys().collect::<BTreeSet<_>>() {
        if let Some(rest) = name.strip_prefix(PREFIX) {
            require(&known, &rest.to_lowercase().replace("__", "."), name)?;
        }
    }
    Ok(())
}

/// The dotted names of every value of a table; lists are values.
pub(super) fn keys_of(table: &toml::Table) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    collect(table, "", &mut keys);
    keys
}

fn collect(table: &toml::Table, prefix: &str, keys: &mut BTreeSet<String>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => collect(inner, &format!("{key}."), keys),
            _ => drop(keys.insert(key)),
        }
    }
}

fn parse(text: &str) -> Result<toml::Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| ::config::ConfigError::Message(error.to_string()).into())
}

fn require(known: &BTreeSet<String>, key: &str, origin: &str) -> Result<(), ConfigError> {
    if known.contains(key) {
        return Ok(());
    }
    let similarity = |name: &String| strsim::jaro_winkler(name, key);
    let nearest = known.iter().max_by(|left, right| similarity(left).total_cmp(&similarity(right)));
    let nearest = nearest.filter(|name| similarity(name) >= NEAR).cloned();
    Err(ConfigError::UnknownKey { origin: origin.to_owned(), key: key.to_owned(), nearest })
}
