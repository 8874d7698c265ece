//! The OpenAPI document: fresh in the repository, complete, and with examples that are true to it.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::{fs, path::Path};

use serde_json::{Map, Value};

mod schema;

use schema::{fits, resolve};

fn document() -> Value {
    waybill_api::openapi()
}

/// Every operation: method and path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, &Map<String, Value>)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((format!("{method} {path}"), operation.as_object().unwrap()));
        }
    }
    operations
}

#[test]
fn rest1_the_document_in_the_repository_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let text = serde_json::to_string_pretty(&waybill_api::openapi()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "docs/reference/openapi.json is stale; run `cargo xtask gen`");
}

#[test]
fn rest1_the_document_lists_every_path_of_the_two_documents() {
    let document = document();
    let paths: Vec<_> = operations(&document).into_iter().map(|(name, _)| name).collect();
    for path in [
        "get /api/v2/conversations/webchat",
        "post /api/v2/conversations/webchat",
        "put /api/v2/conversations/webchat/{conversationId}/participants/{participantId}",
        "get /api/v2/conversations/{conversationId}",
        "get /api/v2/conversations/{conversationId}/events",
        "get /api/v2/events",
        "post /oauth/token",
    ] {
        assert!(paths.iter().any(|one| one == path), "{path} is not in {paths:?}");
    }
}

#[test]
fn rest2_every_operation_says_which_scope_it_takes_and_how_it_fails() {
    let document = document();
    let scopes = &document["components"]["securitySchemes"]["oauth"]["flows"]["clientCredentials"]["scopes"];
    for (name, operation) in operations(&document) {
        let says = |part: &str| operation.get(part).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        assert!(says("operationId") && says("summary"), "{name} has no name or summary");
        let security = operation["security"].as_array().unwrap();
        if !name.contains("/api/v2/") {
            assert!(!security.is_empty(), "{name} does not say that it takes no token");
            continue;
        }
        if security[0].get("guest").is_none() {
            // Some take any token that is good.
            let scope = security[0]["oauth"].as_array().unwrap().first().map(|scope| scope.as_str().unwrap());
            assert!(scope.is_none_or(|scope| scopes[scope].is_string()), "{name} takes the unknown scope {scope:?}");
        }
        for status in ["400", "401", "403", "404", "429", "500", "503"] {
            let schema = &operation["responses"][status]["content"]["application/json"]["schema"];
            assert_eq!(schema["$ref"], "#/components/schemas/ErrorBody", "{name} {status}");
        }
    }
}

#[test]
fn rest1_every_answer_has_an_example_that_fits_its_schema() {
    let document = document();
    for (name, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        let answers: Vec<_> = answers.collect();
        assert!(!answers.is_empty(), "{name} has no answer");
        // Some answers say all by their status.
        let is_silent = |status: &str| matches!(status, "202" | "204");
        let said = answers.iter().filter_map(|(_, answer)| answer["content"].as_object());
        let is_head = name.starts_with("head ");
        let speaks =
            answers.iter().all(|(status, answer)| answer["content"].is_object() || is_silent(status) || is_head);
        assert!(speaks, "{name} has an answer without a body");
        for (media_type, content) in said.flatten() {
            let example = content.get("example").unwrap_or_else(|| panic!("{name} {media_type} has no example"));
            fits(&document, &content["schema"], example, &name);
        }
        if let Some(body) = operation.get("requestBody") {
            for content in body["content"].as_object().unwrap().values() {
                // A body that may be `null` is one of two.
                let schema = content["schema"].pointer("/oneOf/0").unwrap_or(&content["schema"]);
                let schema = resolve(&document, schema);
                let example = content.get("example").or_else(|| schema.get("example"));
                let example = example.unwrap_or_else(|| panic!("{name} has no example of its body"));
                fits(&document, &content["schema"], example, &name);
            }
        }
    }
}

#[test]
fn rest1_every_reference_leads_somewhere() {
    let document = document();
    let mut pending = vec![&document];
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(_)) = members.get("$ref") {
                    resolve(&document, value);
                }
                pending.extend(members.values());
            }
            Value::Array(values) => pending.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
