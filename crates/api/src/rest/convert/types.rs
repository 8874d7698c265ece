//! The context of a deployment as a TypeScript declaration, for pages that want their compiler to know the keys.

use waybill_model::{ContextPolicy, DeclaredAttribute, Deployment, Mode, ScalarType};

use super::deployment::scalar_type_word;

/// Writes the declaration. Names and patterns are hostile text: they stand in quotes, or in comments that they can't end.
pub(in crate::rest) fn typescript(deployment: &Deployment) -> String {
    let policy = &deployment.policy;
    let mut text = format!(
        "/** Context of the deployment \"{}\" ({}), policy version {}. Generated: do not edit. */\n",
        comment(&deployment.name),
        deployment.id,
        policy.version
    );
    text.push_str("export interface CustomData {\n");
    for attribute in &policy.attributes {
        declare(attribute, &mut text);
    }
    if policy.mode == Mode::Open {
        text.push_str("  /** Undeclared keys are stored as they are. */\n");
        text.push_str("  [key: string]: string | number | boolean | null | undefined;\n");
    }
    text.push_str("}\n");
    text.push_str(&limits(policy));
    text
}

fn declare(attribute: &DeclaredAttribute, text: &mut String) {
    let values = values(attribute);
    // A required key may also come under one of its other names.
    let mark = if attribute.required && attribute.aliases.is_empty() { "" } else { "?" };
    text.push_str(&format!("  /** {} */\n", comment(&described(attribute))));
    text.push_str(&format!("  {}{mark}: {values};\n", quoted(&attribute.key)));
    for alias in &attribute.aliases {
        text.push_str(&format!("  /** Another name of `{}`. */\n", comment(&attribute.key)));
        text.push_str(&format!("  {}?: {values};\n", quoted(alias)));
    }
}

fn values(attribute: &DeclaredAttribute) -> String {
    let Some(allowed) = attribute.allowed.as_ref().filter(|allowed| !allowed.is_empty()) else {
        return scalar_type_word(attribute.scalar_type).to_owned();
    };
    let literal = |value: &String| match attribute.scalar_type {
        ScalarType::String => quoted(value),
        // The text form of a number or of true and false is its literal.
        ScalarType::Number | ScalarType::Boolean => {
            if serde_json::from_str::<serde_json::Value>(value).is_ok() {
                value.clone()
            } else {
                quoted(value)
            }
        }
    };
    allowed.iter().map(literal).collect::<Vec<_>>().join(" | ")
}

fn described(attribute: &DeclaredAttribute) -> String {
    let mut sentences = vec![if attribute.required { "Required." } else { "Optional." }.to_owned()];
    if let Some(bytes) = attribute.max_length {
        sentences.push(format!("At most {bytes} bytes."));
    }
    if let Some(pattern) = &attribute.pattern {
        sentences.push(format!("Matches `{pattern}`."));
    }
    if attribute.trust_floor.rank() > 0 {
        let trust = attribute.trust_floor.as_str();
        sentences.push(format!("A page may not set it: it takes the trust `{trust}`."));
    }
    if attribute.personal {
        sentences.push("Personal.".to_owned());
    }
    sentences.join(" ")
}

fn limits(policy: &ContextPolicy) -> String {
    let enabled = if policy.enabled { "accepted" } else { "switched off: every start with context is refused" };
    format!("// Custom data is {enabled}. Names and values together have at most {} bytes.\n", policy.max_bytes)
}

/// A JSON string is a TypeScript string; line separators are escaped for old readers.
fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn comment(text: &str) -> String {
    let flat: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    flat.replace("*/", "* /")
}

#[cfg(test)]
mod tests {
    use waybill_model::{DeploymentId, DeploymentStatus, OrganizationId, Time, Trust};

    use super::*;

    fn check(change: impl FnOnce(&mut Deployment), expected: &[&str]) {
        let mut deployment = Deployment {
            id: DeploymentId::new("0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42".parse().unwrap()),
            organization_id: OrganizationId::new("0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e43".parse().unwrap()),
            division_id: waybill_model::DivisionId::new("0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e43".parse().unwrap()),
            name: "shop".to_owned(),
            description: String::new(),
            status: DeploymentStatus::Active,
            allow_all_domains: true,
            allowed_domains: Vec::new(),
            allow_native: true,
            start_limit: None,
            session_seconds: 60,
            flow: None,
            configuration: None,
            policy: ContextPolicy::standard(),
            created_at: Time::from_millis(0),
            modified_at: None,
        };
        change(&mut deployment);
        let text = typescript(&deployment);
        for line in expected {
            assert!(text.lines().any(|one| one == *line), "no line {line} in\n{text}");
        }
    }

    #[test]
    fn ctx5_types_know_every_name_of_a_key() {
        check(
            |_| {},
            &[
                "export interface CustomData {",
                "  \"crmCustomerId\"?: string;",
                "  \"customer_id\"?: string;",
                "  [key: string]: string | number | boolean | null | undefined;",
            ],
        );
    }

    #[test]
    fn ctx1_types_of_a_strict_deployment_know_no_other_keys() {
        check(
            |deployment| {
                deployment.name = "*/ alert(1) /*".to_owned();
                deployment.policy.mode = Mode::Strict;
                let attribute = &mut deployment.policy.attributes[0];
                (attribute.aliases, attribute.required) = (Vec::new(), true);
                attribute.allowed = Some(vec!["a\"b".to_owned(), "c".to_owned()]);
                attribute.trust_floor = Trust::Signed;
            },
            &[
                "/** Context of the deployment \"* / alert(1) /*\" (0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42), policy version 1. Generated: do not edit. */",
                "  \"crmCustomerId\": \"a\\\"b\" | \"c\";",
                "}",
            ],
        );
    }
}
