//! Names of other vendors live at the edges only.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::files;
use crate::workspace::Workspace;

/// Matched anywhere, in any case.
const WORDS: [&str; 3] = ["genesys", "purecloud", "cxone"];

/// Matched only as a whole word or a hump of a name, for it is an English word as well.
const WHOLE_WORD: &str = "nice";

/// Where the words belong: the wire edges, what speaks about them, and the list of what the SDK exports.
const EDGES: [&str; 8] = [
    "crates/protocol/",
    "crates/api/",
    "crates/cxone/",
    "crates/testkit/",
    "web/sdk/src/forms/",
    "web/sdk/src/index.ts",
    // Made of the API document.
    "web/console/src/generated/",
    // The calls that pages paste, and are shown to copy.
    "web/console/src/areas/admin/deployments/forms/",
];

/// Words that had to stay elsewhere: (path begins with, text that may stand there, why).
const EXCEPTIONS: [(&str, &str, &str); 3] = [
    ("crates/model/src/", "cxoneChat", "receipts name this call form by the name of its global (CTX4)"),
    (
        "crates/server/src/site.rs",
        "/purecloud/webchat/v2/purecloud-webchat-sdk.js",
        "pages of the tutorial load the SDK from this path",
    ),
    ("web/console/src/lib/presences.ts", "/presences/purecloud", "the public API has presence at the field's own path"),
];

/// Fails with one line per place.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut faults = Vec::new();
    let mut count = 0;
    for folder in ["crates", "web"] {
        for file in files::sources(&workspace.root.join(folder))? {
            let path = file.strip_prefix(&workspace.root)?;
            if is_inner_source(path) {
                let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                faults.extend(faults_in(&path.to_string_lossy(), &text));
                count += 1;
            }
        }
    }
    if faults.is_empty() {
        println!("  no vendor word in {count} inner files");
        return Ok(());
    }
    bail!("vendor words belong into the edges ({}):\n  {}", EDGES.join(", "), faults.join("\n  "))
}

/// Sources of the product itself, without its edges and without tests, which may speak of anything.
fn is_inner_source(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let kind = path.extension().and_then(|extension| extension.to_str());
    let source = matches!(kind, Some("rs" | "sql" | "toml" | "ts" | "tsx" | "js" | "svelte" | "css" | "html"));
    let below = path
        .components()
        .skip(2)
        .any(|part| ["src", "migrations", "build.rs"].iter().any(|name| part.as_os_str() == *name));
    let edge = EDGES.iter().any(|edge| text.starts_with(edge));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let test = path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "e2e")
        || name == "tests.rs"
        || name.contains(".test.");
    source && below && !edge && !test
}

fn faults_in(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if path.ends_with(".rs") && line.trim_start().starts_with("#[cfg(test)]") {
            break;
        }
        let mut line = line.to_owned();
        for (begin, allowed, _) in EXCEPTIONS {
            if path.starts_with(begin) {
                line = line.replace(allowed, "");
            }
        }
        if let Some(word) = vendor_word(&line) {
            faults.push(format!("{path}:{}: `{word}`", number + 1));
        }
    }
    faults
}

fn vendor_word(line: &str) -> Option<&'static str> {
    let lower = line.to_lowercase();
    if let Some(word) = WORDS.iter().find(|word| lower.contains(**word)) {
        return Some(word);
    }
    humps(line).iter().any(|hump| hump.eq_ignore_ascii_case(WHOLE_WORD)).then_some(WHOLE_WORD)
}

/// Splits text into words and the humps of camelCase names: `NiceClient` → `Nice`, `Client`.
fn humps(line: &str) -> Vec<String> {
    let mut humps = vec![String::new()];
    let mut before = ' ';
    for character in line.chars() {
        let starts_hump = character.is_uppercase() && !before.is_uppercase();
        if !character.is_alphabetic() || starts_hump {
            humps.push(String::new());
        }
        if character.is_alphabetic()
            && let Some(last) = humps.last_mut()
        {
            last.push(character);
        }
        before = character;
    }
    humps
}

#[cfg(test)]
mod tests {
    use super::{faults_in, is_inner_source, vendor_word};
    use std::path::Path;

    #[test]
    fn words_are_found_in_any_dress() {
        for line in [
            "// as Genesys does",
            "fn pure_cloud() { PureCloudThing }",
            "CXONE",
            "let nice = 1;",
            "NiceClient",
            "struct nice_chat;",
            "NICE chat",
        ] {
            assert!(vendor_word(line).is_some(), "{line}");
        }
    }

    #[test]
    fn other_words_are_left_alone() {
        for line in ["nicely done", "Venice", "unicecho", "genes", "pure cloud", "niceness", "PronouncedIceberg"] {
            assert_eq!(vendor_word(line), None, "{line}");
        }
    }

    #[test]
    fn the_edges_and_the_tests_may_name_them() {
        for path in [
            "crates/api/src/guest.rs",
            "crates/protocol/src/lib.rs",
            "web/sdk/src/forms/command.ts",
            "crates/engine/tests/it/main.rs",
            "web/sdk/src/core.test.ts",
            "web/e2e/tests/seed.ts",
            "web/sdk/README.md",
            "crates/store/src/tests.rs",
        ] {
            assert!(!is_inner_source(Path::new(path)), "{path}");
        }
        for path in [
            "crates/engine/src/admit.rs",
            "crates/store/migrations/sqlite/0001.sql",
            "web/sdk/src/core.ts",
            "crates/server/build.rs",
            "web/console/src/App.svelte",
        ] {
            assert!(is_inner_source(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_place_is_named_and_inline_tests_and_exceptions_pass() {
        let text = "//! fine\n// Genesys\n#[cfg(test)]\nmod tests { /* cxone */ }\n";
        assert_eq!(faults_in("crates/engine/src/a.rs", text), ["crates/engine/src/a.rs:2: `genesys`"]);
        assert_eq!(faults_in("crates/model/src/a.rs", "\"cxoneChat\""), Vec::<String>::new());
        assert_eq!(faults_in("crates/model/src/a.rs", "\"cxone\"").len(), 1);
    }
}
