//! The AsyncAPI document: fresh in the repository, whole, and with examples that are true to it.
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::{fs, path::Path};

use serde_json::Value;

mod schema;

use schema::{fits, resolve};

#[test]
fn wh7_the_document_of_events_in_the_repository_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/asyncapi.json");
    let text = serde_json::to_string_pretty(&waybill_api::asyncapi()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "docs/reference/asyncapi.json is stale; run `cargo xtask gen`");
}

#[test]
fn wh7_every_event_has_an_example_that_fits_its_schema() {
    let document = waybill_api::asyncapi();
    let messages = document["components"]["messages"].as_object().unwrap();
    for event in waybill_model::WebhookEvent::ALL {
        assert!(messages.contains_key(&event.as_str().replace(':', "-")), "{event} is not described");
    }
    for (name, message) in messages {
        let example = &message["examples"][0]["payload"];
        assert!(example.is_object(), "{name} has no example");
        fits(&document, &message["payload"], example, name);
        // The members of the parts that are not the envelope are looked at as well.
        for part in message["payload"]["allOf"].as_array().into_iter().flatten() {
            if let Some(data) = part["properties"].get("data") {
                fits(&document, data, &example["data"], name);
            }
            if let Some(kind) = part["properties"]["type"].get("const") {
                assert_eq!(&example["type"], kind);
            }
        }
    }
}

#[test]
fn wh7_every_reference_of_the_document_of_events_leads_somewhere() {
    let document = waybill_api::asyncapi();
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
