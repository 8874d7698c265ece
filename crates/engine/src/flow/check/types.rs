//! Comparisons that can never hold, because a declared key has another type or other values.

use std::sync::LazyLock;

use regex::Regex;
use waybill_model::{DeclaredAttribute, ScalarType};

use super::{Deployment, Findings};
use crate::flow::{CompiledFlow, Place};

const KEY: &str = r"(?:customData|Context)\.([A-Za-z_][A-Za-z0-9_]*)";
const LITERAL: &str = r#"('[^']*'|"[^"]*"|-?[0-9]+(?:\.[0-9]+)?\b|true\b|false\b|True\b|False\b)"#;
const COMPARISON: &str = r"\s*(==|!=|<=|>=|<|>)\s*";

static FORWARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("{KEY}{COMPARISON}{LITERAL}")).expect("the pattern is fixed"));
static BACKWARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("{LITERAL}{COMPARISON}{KEY}")).expect("the pattern is fixed"));

pub(super) fn check(flow: &CompiledFlow, deployments: &[Deployment<'_>], findings: &mut Findings) {
    let parts = flow.actions.values().flat_map(|action| &action.facts.parts);
    for part in parts {
        for found in FORWARD.captures_iter(&part.source) {
            compare(&found[1], &found[2], &found[3], deployments, &part.place, findings);
        }
        for found in BACKWARD.captures_iter(&part.source) {
            compare(&found[3], &found[2], &found[1], deployments, &part.place, findings);
        }
    }
}

fn compare(
    key: &str,
    operator: &str,
    literal: &str,
    deployments: &[Deployment<'_>],
    place: &Place,
    findings: &mut Findings,
) {
    for deployment in deployments {
        let Some(declared) = deployment.policy.declared(key) else { continue };
        let wanted = word(declared.scalar_type);
        let given = type_of(literal);
        if wanted != given {
            let message =
                format!("`{key}` is a {wanted} in the deployment `{}` and is compared with a {given}", deployment.name);
            let remedy = format!("compare it with a {wanted}, such as `{}`", example(declared));
            findings.error("typeMismatch", place, [message, remedy]);
        } else if matches!(operator, "==" | "!=")
            && let Some(allowed) = &declared.allowed
            && !allowed.iter().any(|one| one == literal.trim_matches(['\'', '"']))
        {
            let message = format!("`{key}` is never `{literal}` in the deployment `{}`", deployment.name);
            findings.error("impossibleValue", place, [message, format!("take one of `{}`", allowed.join("`, `"))]);
        }
    }
}

const fn word(scalar_type: ScalarType) -> &'static str {
    match scalar_type {
        ScalarType::String => "text",
        ScalarType::Number => "number",
        ScalarType::Boolean => "boolean",
    }
}

fn type_of(literal: &str) -> &'static str {
    match literal.as_bytes().first() {
        Some(b'\'' | b'"') => "text",
        Some(b't' | b'f' | b'T' | b'F') => "boolean",
        Some(_) | None => "number",
    }
}

fn example(declared: &DeclaredAttribute) -> String {
    let first = declared.allowed.as_ref().and_then(|allowed| allowed.first()).map(String::as_str);
    match declared.scalar_type {
        ScalarType::String => format!("'{}'", first.unwrap_or("gold")),
        ScalarType::Number => first.unwrap_or("3").to_owned(),
        ScalarType::Boolean => "true".to_owned(),
    }
}
