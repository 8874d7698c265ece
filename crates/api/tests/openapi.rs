//! The OpenAPI document: fresh in the repository, complete, and with examples that are true to it.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::{fs, path::Path};

use serde_json::{Map, Value};

fn document() -> Value {
    serde_json::to_value(waybill_api::openapi()).unwrap()
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
    let text = waybill_api::openapi().to_pretty_json().unwrap() + "\n";
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
            let scope = security[0]["oauth"][0].as_str().unwrap();
            assert!(scopes[scope].is_string(), "{name} takes the unknown scope {scope}");
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
                let schema = resolve(&document, &content["schema"]);
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

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return schema };
    let found = document.pointer(reference.strip_prefix('#').unwrap());
    found.unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// Whether a value is what a schema says; the few words of JSON Schema that the document uses.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Err(reason) = mismatch(document, schema, value, place) {
        panic!("{reason}");
    }
}

fn mismatch(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let schema = resolve(document, schema);
    if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
        // Parts of one object: each knows only its own members.
        return all.iter().try_for_each(|part| typed(document, resolve(document, part), value, place));
    }
    if let Some(one) = schema.get("oneOf").and_then(Value::as_array) {
        let fitting = one.iter().any(|part| mismatch(document, part, value, place).is_ok());
        return if fitting { Ok(()) } else { Err(format!("{place}: none of its kinds fits {value}")) };
    }
    typed(document, schema, value, place)?;
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    let unknown = value.as_object().and_then(|members| members.keys().find(|name| !known.contains_key(*name)));
    match unknown {
        Some(name) if schema.get("additionalProperties").is_none() => Err(format!("{place}: unknown member {name}")),
        Some(_) | None => Ok(()),
    }
}

fn typed(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if schema.get("$ref").is_some() || schema.get("oneOf").is_some() || schema.get("allOf").is_some() {
        return mismatch(document, schema, value, place);
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        return Err(format!("{place}: {value} is not among {allowed:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = types.contains(&is) || (is == "integer" && types.contains(&"number"));
    if !fits {
        return Err(format!("{place}: {value} is no {types:?}"));
    }
    if let Some(items) = value.as_array() {
        items.iter().try_for_each(|item| mismatch(document, &schema["items"], item, place))?;
    }
    let Some(members) = value.as_object() else { return Ok(()) };
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if !members.contains_key(name.as_str().unwrap()) {
            return Err(format!("{place}: {name} is missing"));
        }
    }
    for (name, member) in members {
        let place = format!("{place}.{name}");
        if let Some(property) = schema["properties"].get(name) {
            mismatch(document, property, member, &place)?;
        } else if let Some(more @ Value::Object(_)) = schema.get("additionalProperties") {
            mismatch(document, more, member, &place)?;
        }
    }
    Ok(())
}
