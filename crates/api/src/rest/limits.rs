//! What the readers refuse, written into the OpenAPI document: bounds, patterns and words that the wire types don't have.
//! A test sees to it that everything in `limits.json` is about something that is there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

/// The limits of parameters, bodies and schemas.
const LIMITS: &str = include_str!("limits.json");

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Limits {
    /// Of a parameter wherever it stands (`name`), or at one operation (`operation.name`), which goes first.
    parameters: BTreeMap<String, Value>,
    /// Operations whose body may be left out, or be `null`: some clients send that where they have nothing to say.
    optional_bodies: BTreeSet<String>,
    /// Of the body of an operation.
    bodies: BTreeMap<String, Value>,
    /// Schemas whose readers refuse members that they do not know.
    closed: BTreeSet<String>,
    /// Of schemas by name.
    schemas: BTreeMap<String, Value>,
}

/// Writes the limits into a document.
///
/// # Errors
/// When `limits.json` can't be read.
pub(super) fn set_limits(document: &mut Value) -> serde_json::Result<()> {
    let limits: Limits = serde_json::from_str(LIMITS)?;
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for name in &limits.closed {
            if let Some(schema) = schemas.get_mut(name) {
                merge(schema, &json!({ "additionalProperties": false }));
            }
        }
        for (name, limit) in &limits.schemas {
            if let Some(schema) = schemas.get_mut(name) {
                merge(schema, limit);
            }
        }
    }
    let items = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    let operations = items.into_iter().flat_map(|items| items.values_mut());
    let operations = operations.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut());
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
            parameters.iter_mut().for_each(|parameter| limit_parameter(parameter, &id, &limits));
        }
        if let Some(body) = operation.get_mut("requestBody") {
            limit_body(body, &id, &limits);
        }
    }
    Ok(())
}

fn limit_parameter(parameter: &mut Value, operation: &str, limits: &Limits) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let own = format!("{operation}.{name}");
    let found = [name, own.as_str()].map(|name| limits.parameters.get(name));
    let place = parameter["in"].as_str().unwrap_or_default();
    if place != "path" {
        for limit in found.into_iter().flatten() {
            merge(&mut parameter["schema"], limit);
        }
    }
    // Every reader of optional parameters takes the empty text for none.
    if parameter["in"] == "query" && parameter["required"] != true {
        parameter["allowEmptyValue"] = true.into();
    }
}

fn limit_body(body: &mut Value, operation: &str, limits: &Limits) {
    let is_optional = limits.optional_bodies.contains(operation);
    let contents = body.get_mut("content").and_then(Value::as_object_mut);
    for content in contents.into_iter().flat_map(|contents| contents.values_mut()) {
        if let Some(limit) = limits.bodies.get(operation) {
            merge(&mut content["schema"], limit);
        }
        if is_optional && content["schema"].as_object().is_some_and(|schema| !schema.is_empty()) {
            let schema = content["schema"].take();
            content["schema"] = json!({ "oneOf": [schema, { "type": "null" }] });
        }
    }
    if is_optional {
        body["required"] = false.into();
    }
}

/// JSON Merge Patch (RFC 7396): `null` takes a member away.
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    let Value::Object(members) = value else { return };
    for (name, patch) in patch {
        if patch.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), patch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(document: &Value) -> Vec<&Value> {
        let items = document["paths"].as_object().unwrap().values();
        items.flat_map(|item| item.as_object().unwrap().values()).collect()
    }

    #[test]
    fn rest1_every_limit_is_about_something_that_is_there() {
        let document = super::super::openapi();
        let limits: Limits = serde_json::from_str(LIMITS).unwrap();
        let mut names = BTreeSet::new();
        for operation in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                names.extend([name.to_owned(), format!("{id}.{name}")]);
            }
            if operation["requestBody"].is_object() {
                names.insert(id.to_owned());
            }
        }
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let asked = limits.parameters.keys().chain(&limits.optional_bodies).chain(limits.bodies.keys());
        for name in asked {
            assert!(names.contains(name), "limits.json: nothing is called `{name}`");
        }
        for name in limits.closed.iter().chain(limits.schemas.keys()) {
            assert!(schemas.contains_key(name), "limits.json: there is no schema `{name}`");
        }
    }

    #[test]
    fn rest1_a_limit_adds_to_a_schema_and_null_takes_away() {
        let mut schema = json!({"type": "integer", "format": "int32", "minimum": 0});
        merge(&mut schema, &json!({"format": null, "maximum": 500}));
        assert_eq!(schema, json!({"type": "integer", "minimum": 0, "maximum": 500}));
    }
}
