//! The schema of a deployment's context and the admission of a strict one say the same (DEP7).

use reqwest::Method;
use serde_json::{Map, Value, json};
use waybill_model::{ContextPolicy, DeclaredAttribute, Mode, ScalarType, Trust};
use waybill_testkit::{RestClient, TestServer};

use crate::support::{admin, of, post, try_ask};

fn attribute(key: &str, scalar_type: ScalarType) -> DeclaredAttribute {
    DeclaredAttribute {
        key: key.to_owned(),
        scalar_type,
        max_length: None,
        pattern: None,
        allowed: None,
        required: false,
        aliases: Vec::new(),
        personal: false,
        trust_floor: Trust::Page,
        link: None,
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn policy() -> ContextPolicy {
    ContextPolicy {
        mode: Mode::Strict,
        attributes: vec![
            DeclaredAttribute {
                aliases: texts(&["customerId", "crm-id"]),
                required: true,
                pattern: Some("CRM-[0-9]{1,3}|X.".to_owned()),
                ..attribute("crmCustomerId", ScalarType::String)
            },
            DeclaredAttribute { allowed: Some(texts(&["basic", "gold"])), ..attribute("plan", ScalarType::String) },
            DeclaredAttribute { max_length: Some(4), ..attribute("short", ScalarType::String) },
            DeclaredAttribute { allowed: Some(texts(&["1", "2.5"])), ..attribute("level", ScalarType::Number) },
            attribute("score", ScalarType::Number),
            attribute("vip", ScalarType::Boolean),
            DeclaredAttribute { allowed: Some(texts(&["true"])), ..attribute("agreed", ScalarType::Boolean) },
            DeclaredAttribute { trust_floor: Trust::Signed, ..attribute("vouched", ScalarType::String) },
        ],
        ..ContextPolicy::standard()
    }
}

/// The few words of JSON Schema that the document uses.
fn accepts(schema: &Value, value: &Value) -> bool {
    if let Value::Bool(all) = schema {
        return *all;
    }
    let words = schema.as_object().unwrap();
    words.iter().all(|(word, rule)| match word.as_str() {
        "type" => {
            let is = match value {
                Value::Null => "null",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                Value::Array(_) => "array",
                Value::Object(_) => "object",
            };
            rule == is || rule.as_array().is_some_and(|types| types.iter().any(|one| one == is))
        }
        "enum" => rule.as_array().unwrap().iter().any(|one| match (one.as_f64(), value.as_f64()) {
            (Some(one), Some(value)) => one.to_bits() == value.to_bits(),
            (_, _) => one == value,
        }),
        "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap()),
        "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
        "not" => !accepts(rule, value),
        "anyOf" => rule.as_array().unwrap().iter().any(|one| accepts(one, value)),
        "allOf" => rule.as_array().unwrap().iter().all(|one| accepts(one, value)),
        "required" => value.as_object().is_none_or(|members| {
            rule.as_array().unwrap().iter().all(|name| members.contains_key(name.as_str().unwrap()))
        }),
        "maxProperties" => value.as_object().is_none_or(|members| members.len() as u64 <= rule.as_u64().unwrap()),
        "properties" => value.as_object().is_none_or(|members| {
            let known = rule.as_object().unwrap();
            members.iter().all(|(name, value)| known.get(name).is_none_or(|schema| accepts(schema, value)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|members| {
            let known = words["properties"].as_object().unwrap();
            members.iter().filter(|(name, _)| !known.contains_key(*name)).all(|(_, value)| accepts(rule, value))
        }),
        "$schema" | "$id" | "$comment" | "title" | "description" => true,
        other => panic!("this test knows nothing of `{other}`"),
    })
}

/// The two patterns of the document, by hand: an engine of its own would prove what it assumes.
fn matches(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|one| one.is_ascii_digit());
    if pattern.starts_with("[\\u0000") {
        return text.chars().any(|one| one.is_control() && !matches!(one, '\t' | '\n' | '\r'));
    }
    assert_eq!(pattern, "^(?:CRM-[0-9]{1,3}|X.)(?![\\s\\S])");
    text.strip_prefix("CRM-").is_some_and(digits)
        || (text.starts_with('X') && text.chars().count() == 2 && !text.ends_with('\n'))
}

async fn is_admitted(client: &RestClient, server: &TestServer, custom_data: &Value) -> bool {
    let path = of(server.deployment("typed"), "/context/lint");
    post(client, &path, json!({"customData": custom_data})).await["accepted"] == true
}

/// Numbers and booleans become text where text is declared: the schema asks for text all the same.
fn is_coerced(policy: &ContextPolicy, custom_data: &Map<String, Value>) -> bool {
    custom_data.iter().any(|(name, value)| {
        let declared = policy.resolve(name).1;
        declared.is_some_and(|one| one.scalar_type == ScalarType::String) && (value.is_number() || value.is_boolean())
    })
}

fn has_two_names(policy: &ContextPolicy, custom_data: &Map<String, Value>) -> bool {
    let mut keys: Vec<&str> = custom_data.keys().map(|name| policy.resolve(name).0).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

#[tokio::test]
async fn dep7_the_schema_accepts_what_a_strict_deployment_admits() {
    let server = TestServer::builder().without_rate_limits().policy("typed", policy()).start().await;
    let client = admin(&server).await;
    let answer =
        try_ask(&client, Method::GET, &of(server.deployment("typed"), "/context.schema.json"), None, &[]).await;
    assert_eq!(answer.headers["content-type"], "application/schema+json");
    let schema: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let names = [
        "crmCustomerId",
        "customerId",
        "crm-id",
        "plan",
        "short",
        "level",
        "score",
        "vip",
        "agreed",
        "vouched",
        "other",
        "",
        "__proto__",
        "odd-key",
    ];
    let values = [
        json!("CRM-1"),
        json!("CRM-1234"),
        json!("CRM-1\n"),
        json!("Xy"),
        json!(""),
        json!("basic"),
        json!("abcd"),
        json!("abcde"),
        json!("a\u{1}"),
        json!("a\tb"),
        json!(1),
        json!(2.5),
        json!(3),
        json!(-0.5),
        json!(true),
        json!(false),
        json!(null),
        json!([1]),
        json!({"a": 1}),
        json!("true"),
        json!("1"),
    ];
    let policy = policy();
    let (mut admitted, mut refused) = (0, 0);
    let mut cases: Vec<Value> = vec![json!({})];
    for name in names {
        for value in &values {
            cases.push(json!({name: value}));
            cases.push(json!({"crmCustomerId": "CRM-1", name: value}));
        }
    }
    cases.push(json!({"customerId": "CRM-1", "crm-id": "CRM-1"}));
    cases.push(json!({"customerId": "CRM-1", "plan": "gold", "vip": false, "level": 2.5, "score": 7}));
    for case in &cases {
        let (by_schema, by_server) = (accepts(&schema, case), is_admitted(&client, &server, case).await);
        let members = case.as_object().unwrap();
        let may_differ = is_coerced(&policy, members) || has_two_names(&policy, members);
        assert!(!by_schema || by_server, "the schema accepts what is refused: {case}");
        assert!(by_schema || !by_server || may_differ, "the schema refuses what is admitted: {case}");
        if by_server { admitted += 1 } else { refused += 1 }
    }
    assert!(admitted > 30 && refused > 300, "{admitted} and {refused} are too few to say anything");
}

#[tokio::test]
async fn dep7_a_pattern_that_schemas_cannot_write_is_left_out_and_named() {
    let strange = |pattern: &str| ContextPolicy {
        mode: Mode::Strict,
        attributes: vec![DeclaredAttribute { pattern: Some(pattern.to_owned()), ..attribute("a", ScalarType::String) }],
        ..ContextPolicy::standard()
    };
    let server = TestServer::builder()
        .policy("flags", strange("(?i)crm"))
        .policy("classes", strange("\\p{Greek}+"))
        .policy("open", ContextPolicy { mode: Mode::Open, ..strange("a") })
        .start()
        .await;
    let client = admin(&server).await;
    for name in ["flags", "classes"] {
        let schema = crate::support::get(&client, &of(server.deployment(name), "/context.schema.json")).await;
        let a = &schema["properties"]["a"];
        assert!(a.get("pattern").is_none() && a["$comment"].as_str().unwrap().contains("has to match"), "{a}");
        assert_eq!(schema["additionalProperties"], false);
    }
}
