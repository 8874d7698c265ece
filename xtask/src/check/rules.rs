//! Every rule that holds has a test that carries its id, and every id in a test is a rule.

mod page;
mod test_names;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use self::page::{Rule, Status};
use self::test_names::TestName;
use crate::files;
use crate::workspace::Workspace;

/// Fails with the rules without a test and the tests without a rule.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let rules = rules(&workspace.root.join("docs/spec"))?;
    let tests = tests(&workspace.root)?;
    let faults = faults(&rules, &tests);
    if faults.is_empty() {
        println!("  {} rules, {} tests that carry their ids", rules.len(), tests.len());
        return Ok(());
    }
    bail!("rule ids:\n  {}", faults.join("\n  "))
}

fn rules(folder: &Path) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for file in files::sources(folder)? {
        if file.file_name().is_some_and(|name| name != "README.md") && file.extension().is_some_and(|kind| kind == "md")
        {
            let text = fs::read_to_string(&file)?;
            rules.extend(page::rules(&text).with_context(|| format!("reading {}", file.display()))?);
        }
    }
    if rules.is_empty() {
        bail!("no rule found in {}", folder.display());
    }
    Ok(rules)
}

fn tests(root: &Path) -> Result<Vec<TestName>> {
    let mut tests = Vec::new();
    for folder in ["crates", "web", "xtask"] {
        for file in files::sources(&root.join(folder))? {
            let path = file.strip_prefix(root)?.to_string_lossy().into_owned();
            let find = match file.extension().and_then(|kind| kind.to_str()) {
                Some("rs") => test_names::in_rust,
                Some("ts" | "tsx" | "js" | "mjs") => test_names::in_script,
                _ => continue,
            };
            let text = fs::read_to_string(&file).with_context(|| format!("reading {path}"))?;
            tests.extend(find(&path, &text));
        }
    }
    Ok(tests)
}

fn faults(rules: &[Rule], tests: &[TestName]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut carried: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules {
        if carried.insert(&rule.id, 0).is_some() {
            faults.push(format!("{} is defined twice", rule.id));
        }
    }
    for test in tests {
        for id in &test.ids {
            match carried.get_mut(id.as_str()) {
                Some(count) => *count += 1,
                None => faults.push(format!("{}: `{}` names {id}, which is no rule", test.path, test.name)),
            }
        }
    }
    let proven = |id: &str| carried.get(id).is_some_and(|count| *count > 0);
    for rule in rules {
        match &rule.status {
            Status::Holds if !proven(&rule.id) => {
                faults.push(format!("{} holds, but no test carries its id: {}", rule.id, rule.title));
            }
            Status::ProvenAs(others) => {
                for other in others.iter().filter(|other| !proven(other)) {
                    faults.push(format!("{} is said to be proven as {other}, but no test carries that id", rule.id));
                }
            }
            Status::Holds | Status::Absent => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::page::{Rule, Status};
    use super::test_names::TestName;

    fn check(rules: &[(&str, Status)], tests: &[&[&str]], expected: &[&str]) {
        let rules: Vec<Rule> = rules
            .iter()
            .map(|(id, status)| Rule { id: (*id).to_owned(), title: "title".to_owned(), status: status.clone() })
            .collect();
        let tests: Vec<TestName> = tests
            .iter()
            .map(|ids| TestName {
                path: "a.rs".to_owned(),
                name: "name".to_owned(),
                ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            })
            .collect();
        assert_eq!(super::faults(&rules, &tests), expected);
    }

    #[test]
    fn a_rule_that_holds_needs_a_test() {
        check(&[("P1", Status::Holds)], &[&["P1"]], &[]);
        check(&[("P1", Status::Holds)], &[], &["P1 holds, but no test carries its id: title"]);
        check(&[("L22", Status::Absent)], &[], &[]);
    }

    #[test]
    fn a_rule_may_lean_on_the_tests_of_another() {
        let leaning = || Status::ProvenAs(vec!["P1".to_owned()]);
        check(&[("P1", Status::Holds), ("WIRE1", leaning())], &[&["P1"]], &[]);
        check(
            &[("P1", Status::Absent), ("WIRE1", leaning())],
            &[],
            &["WIRE1 is said to be proven as P1, but no test carries that id"],
        );
    }

    #[test]
    fn ids_that_are_no_rules_and_rules_that_stand_twice_are_named() {
        check(&[("P1", Status::Holds)], &[&["P1", "P9"]], &["a.rs: `name` names P9, which is no rule"]);
        check(&[("P1", Status::Absent), ("P1", Status::Absent)], &[], &["P1 is defined twice"]);
    }
}
