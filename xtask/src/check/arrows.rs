//! Who may import whom, and which outside crates have one home.

use anyhow::{Result, bail};

use crate::workspace::{Kind, Package, Workspace};

/// Each crate with the crates it may import, from the bottom to the top. ARCHITECTURE.md draws the same picture.
const ARROWS: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("protocol", &["model"]),
    ("engine", &["model"]),
    ("store", &["model"]),
    ("bus", &["model"]),
    ("outbound", &["model"]),
    ("service", &["bus", "engine", "model", "outbound", "store"]),
    ("api", &["model", "protocol", "service"]),
    ("cxone", &["model", "protocol", "service"]),
    ("client", &["model", "protocol"]),
    ("server", &["api", "bus", "client", "cxone", "engine", "model", "outbound", "protocol", "service", "store"]),
    ("testkit", &["client", "model", "protocol", "server"]),
    ("xtask", &[]),
];

/// Outside crates that only the named crates of ours may know.
const HOMES: [(&str, &[&str]); 7] = [
    ("rusqlite", &["store"]),
    ("tokio-postgres", &["store"]),
    ("async-nats", &["bus"]),
    ("axum", &["api", "cxone", "server"]),
    ("openssl", &[]),
    // Requests of the server leave through `outbound`; reqwest is for clients of a Waybill server.
    ("hyper-rustls", &["outbound"]),
    ("reqwest", &["client", "server", "testkit"]),
];

/// All that the lowest crate may import from outside.
const MODEL_FRIENDS: [&str; 5] = ["jiff", "serde", "serde_json", "thiserror", "uuid"];

/// What would bring clock, chance, logging or IO into the pure decisions.
const NOT_IN_ENGINE: [&str; 8] =
    ["async-trait", "futures-util", "metrics", "rand", "reqwest", "tokio", "tracing", "uuid"];

/// Fails with one line per arrow that must not be.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let faults = faults(&workspace.packages);
    if faults.is_empty() {
        println!("  the arrows between {} crates are as drawn", workspace.packages.len());
        return Ok(());
    }
    bail!("import arrows:\n  {}", faults.join("\n  "))
}

fn faults(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(faults_of).collect()
}

fn faults_of(package: &Package) -> Vec<String> {
    let name = short(&package.name);
    let Some((_, allowed)) = ARROWS.iter().find(|(crate_name, _)| *crate_name == name) else {
        return vec![format!("crate `{name}` has no line in the table of xtask/src/check/arrows.rs")];
    };
    let mut faults = Vec::new();
    for dependency in &package.dependencies {
        let to = short(&dependency.name);
        let ours = dependency.name.starts_with("waybill-");
        // Tests of any crate may look at it through the test kit; nothing else may.
        let from_tests = dependency.kind == Kind::Dev && to == "testkit";
        if ours && !from_tests && to != name && !allowed.contains(&to) {
            faults.push(format!("`{name}` must not import `{to}`"));
        }
        if !ours {
            faults.extend(outside_fault(name, to, dependency.kind));
        }
    }
    faults
}

fn outside_fault(name: &str, to: &str, kind: Kind) -> Option<String> {
    if let Some((_, homes)) = HOMES.iter().find(|(outside, _)| *outside == to)
        && !homes.contains(&name)
        && kind == Kind::Normal
    {
        return Some(format!("`{name}` must not import `{to}`: its home is {homes:?}"));
    }
    if name == "model" && kind == Kind::Normal && !MODEL_FRIENDS.contains(&to) {
        return Some(format!("`model` must not import `{to}`: it knows only {MODEL_FRIENDS:?}"));
    }
    if name == "engine" && kind == Kind::Normal && NOT_IN_ENGINE.contains(&to) {
        return Some(format!("`engine` must not import `{to}`: it decides without clock, chance, log or IO"));
    }
    None
}

fn short(name: &str) -> &str {
    name.strip_prefix("waybill-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::faults;
    use crate::workspace::{Dependency, Kind, Package};

    fn check(name: &str, dependencies: &[(&str, Kind)], expected: &[&str]) {
        let package = Package {
            name: name.to_owned(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: *kind })
                .collect(),
        };
        assert_eq!(faults(&[package]), expected);
    }

    #[test]
    fn arrows_that_are_drawn_pass() {
        check(
            "waybill-service",
            &[("waybill-store", Kind::Normal), ("waybill-engine", Kind::Normal), ("tokio", Kind::Normal)],
            &[],
        );
        check("waybill-model", &[("serde", Kind::Normal), ("proptest", Kind::Dev)], &[]);
        check("waybill-store", &[("rusqlite", Kind::Normal)], &[]);
    }

    #[test]
    fn arrows_that_are_not_drawn_are_named() {
        check("waybill-api", &[("waybill-store", Kind::Normal)], &["`api` must not import `store`"]);
        check("waybill-engine", &[("waybill-protocol", Kind::Normal)], &["`engine` must not import `protocol`"]);
        check("waybill-store", &[("waybill-bus", Kind::Dev)], &["`store` must not import `bus`"]);
        check("xtask", &[("waybill-model", Kind::Normal)], &["`xtask` must not import `model`"]);
    }

    #[test]
    fn the_test_kit_is_for_tests_only() {
        check("waybill-api", &[("waybill-testkit", Kind::Dev)], &[]);
        check("waybill-api", &[("waybill-testkit", Kind::Normal)], &["`api` must not import `testkit`"]);
    }

    #[test]
    fn outside_crates_stay_at_home() {
        check(
            "waybill-service",
            &[("rusqlite", Kind::Normal)],
            &["`service` must not import `rusqlite`: its home is [\"store\"]"],
        );
        check(
            "waybill-engine",
            &[("tokio", Kind::Normal)],
            &["`engine` must not import `tokio`: it decides without clock, chance, log or IO"],
        );
        check(
            "waybill-model",
            &[("regex", Kind::Normal)],
            &[
                "`model` must not import `regex`: it knows only [\"jiff\", \"serde\", \"serde_json\", \"thiserror\", \"uuid\"]",
            ],
        );
    }

    #[test]
    fn a_new_crate_has_to_be_drawn_first() {
        check("waybill-new", &[], &["crate `new` has no line in the table of xtask/src/check/arrows.rs"]);
    }
}
