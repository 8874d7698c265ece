//! Reads the rules out of a page of docs/spec.

use anyhow::{Context, Result, bail};

/// The families of rules; an id is one of these and a number.
pub(super) const FAMILIES: &[&str] = &[
    "ACC", "ANA", "CTX", "DEP", "DESK", "EDGE", "FLOW", "L", "LOG", "NOT", "OUT", "P", "PLAT", "PRIV", "REST", "ROUT",
    "SIG", "START", "WH", "WIRE",
];

/// One rule.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) status: Status,
}

/// Whether a rule is in force, and whose tests prove it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Status {
    /// In force; tests carry its id.
    Holds,
    /// In force; tests that carry these ids prove it.
    ProvenAs(Vec<String>),
    /// Not in force: it comes later, or is not ours.
    Absent,
}

/// All rules of a page: a heading `## ID · title`, then a line `Status: …`.
pub(super) fn rules(text: &str) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((id, title)) = line.strip_prefix("## ").and_then(|heading| heading.split_once(" · ")) else {
            continue;
        };
        if !is_id(id) {
            bail!("`{id}` is not a rule id: one of {FAMILIES:?} and a number");
        }
        let status = lines.next().and_then(|line| line.strip_prefix("Status: "));
        let status =
            status.with_context(|| format!("the line after the heading of {id} does not begin with `Status: `"))?;
        rules.push(Rule {
            id: id.to_owned(),
            title: title.to_owned(),
            status: parse_status(status).with_context(|| format!("the status of {id}"))?,
        });
    }
    Ok(rules)
}

fn parse_status(text: &str) -> Result<Status> {
    let text = text.trim();
    if text == "holds" {
        return Ok(Status::Holds);
    }
    if let Some(list) = text.strip_prefix("holds, proven as ") {
        let ids: Vec<String> = list.split(", ").map(str::to_owned).collect();
        return match ids.iter().find(|id| !is_id(id)) {
            None => Ok(Status::ProvenAs(ids)),
            Some(id) => bail!("`{id}` is not a rule id"),
        };
    }
    let reason = text.strip_prefix("later: ").or_else(|| text.strip_prefix("not ours: "));
    match reason {
        Some(reason) if !reason.is_empty() => Ok(Status::Absent),
        _ => bail!("`{text}` is none of `holds`, `holds, proven as …`, `later: …`, `not ours: …`"),
    }
}

fn is_id(text: &str) -> bool {
    FAMILIES.iter().any(|family| {
        text.strip_prefix(family)
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::{Rule, Status, rules};

    #[test]
    fn headings_and_status_lines_make_rules() {
        let page = "# Page\n\n## P1 · One\nStatus: holds\n\ntext\n\n## About\n\n## WIRE2 · Two\nStatus: holds, proven as P1, L3\n\n## L3 · Three\nStatus: later: flows\n";
        let expected = [
            Rule { id: "P1".to_owned(), title: "One".to_owned(), status: Status::Holds },
            Rule {
                id: "WIRE2".to_owned(),
                title: "Two".to_owned(),
                status: Status::ProvenAs(vec!["P1".to_owned(), "L3".to_owned()]),
            },
            Rule { id: "L3".to_owned(), title: "Three".to_owned(), status: Status::Absent },
        ];
        assert_eq!(rules(page).expect("it is a page of rules"), expected);
    }

    #[test]
    fn a_rule_without_a_clear_status_is_an_error() {
        for page in [
            "## P1 · One\n\nStatus: holds\n",
            "## P1 · One\nStatus: soon\n",
            "## P1 · One\nStatus: later: \n",
            "## Q1 · One\nStatus: holds\n",
            "## P1 · One\nStatus: holds, proven as it\n",
            "## P1 · One",
        ] {
            assert!(rules(page).is_err(), "{page}");
        }
    }
}
