//! Secrets that stand in a flow for everybody to read.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

use super::{Finding, source::Source};

/// Names behind which secrets stand, in lower case and without separators.
const SENSITIVE: [&str; 14] = [
    "authorization",
    "proxyauthorization",
    "xapikey",
    "apikey",
    "xauthtoken",
    "password",
    "passwd",
    "secret",
    "clientsecret",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "privatekey",
    "token",
];
/// How the tokens of well-known services begin.
const PREFIXES: [&str; 9] = ["sk_live_", "sk-", "ghp_", "github_pat_", "xoxb-", "xoxp-", "AKIA", "eyJ", "pat-"];
/// From this many bits for each character on, a long word is no word of a language.
const BITS: f64 = 3.7;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)\{\{.*?\}\}").expect("the pattern is fixed"));
static IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    let names = "api[-_]?key|token|access[-_]?token|password|secret|client[-_]?secret";
    Regex::new(&format!(r"(?i)[?&]({names})=[^&{{\s]+|://[^/@\s{{]+:[^/@\s{{]+@")).expect("the pattern is fixed")
});

/// Finds whatever looks like a secret in clear.
pub(super) fn plain_secrets(source: &Source) -> Vec<Finding> {
    let mut findings = BTreeMap::new();
    walk(&source.value, None, String::new(), &mut |path, name, text| {
        let Some(message) = looks_secret(name, text) else { return };
        let remedy = "take it out, keep it as a secret, and write `{{ secret.name }}`, or name a credential in `auth`";
        let finding = Finding::error("plainSecret", message, remedy.to_owned());
        findings
            .insert(path.to_owned(), Finding { place: source.at(path), action: Finding::action_in(path), ..finding });
    });
    findings.into_values().collect()
}

fn walk(value: &Value, name: Option<&str>, path: String, look: &mut impl FnMut(&str, Option<&str>, &str)) {
    match value {
        Value::String(text) => look(&path, name, text),
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                walk(item, name, format!("{path}[{position}]"), look);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(member, Some(name), inner, look);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn looks_secret(name: Option<&str>, text: &str) -> Option<String> {
    let written = PLACEHOLDER.replace_all(text, " ");
    if let Some(name) = name {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let is_path = text.starts_with("$.") || text.starts_with("$[");
        if SENSITIVE.contains(&plain.as_str()) && !text.contains("{{") && !text.trim().is_empty() && !is_path {
            return Some(format!("`{name}` stands there in clear"));
        }
    }
    if IN_URL.is_match(&written) {
        return Some("the URL has a secret in it in clear".to_owned());
    }
    let is_token = |word: &str| {
        let is_known = word.len() >= 16 && PREFIXES.iter().any(|prefix| word.starts_with(prefix));
        let has = |of: fn(&char) -> bool| word.chars().any(|letter| of(&letter));
        let is_mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
        is_known && is_mixed || word.len() >= 24 && is_mixed && bits(word) >= BITS
    };
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '+' | '=');
    written.split(|letter| !is_inside(letter)).any(is_token).then(|| "a word in it looks like a token".to_owned())
}

/// How much chance each character of a word has, in bits.
fn bits(word: &str) -> f64 {
    // A UUID names something and opens nothing.
    if word.len() == 36 && word.bytes().filter(|byte| *byte == b'-').count() == 4 {
        return 0.0;
    }
    let mut counts = [0_u32; 256];
    for byte in word.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = f64::from(u32::try_from(word.len()).unwrap_or(u32::MAX));
    let share = |count: &u32| f64::from(*count) / all;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow17_what_looks_like_a_secret_is_found_and_other_words_are_not() {
        for (name, text) in [
            (Some("authorization"), "Bearer abc"),
            (Some("client_secret"), "x"),
            (None, "https://a.example/?api_key=abc"),
            (None, "https://me:pw@a.example/"),
            (None, "use ghp_1234567890abcdefABCD now"),
            (None, "q8Zr2kLm0vXy7TnB4sWd9cHf"),
        ] {
            assert!(looks_secret(name, text).is_some(), "{text}");
        }
        for (name, text) in [
            (Some("authorization"), "Bearer {{ secret.crm }}"),
            (Some("token"), "$.token"),
            (None, "https://a.example/customers?tokens=no&key={{ customData.a }}"),
            (None, "Hello there, this-is-a-rather-long-name-of-an-action"),
            (None, "3f2b8c1e-7a4d-4e9b-9c1d-2a6b5e8f7d10"),
        ] {
            assert!(looks_secret(name, text).is_none(), "{text}");
        }
    }
}
