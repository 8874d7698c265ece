//! The JSON Schema of flows is what the types say, and the fixtures are what it says.

use std::path::Path;

use serde_json::{Value, json};
use waybill_engine::flow::CompiledFlow;

use crate::common::{files, folder, text};

#[test]
fn flow10_the_schema_in_the_repository_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/flow.schema.json");
    let fresh = format!("{:#}\n", CompiledFlow::schema());
    let kept = text(&file);
    assert!(kept == fresh, "docs/reference/flow.schema.json is stale: run `cargo xtask gen` and commit it");
}

#[test]
fn flow10_the_schema_takes_every_fixture_and_refuses_what_is_misspelt() {
    let schema = jsonschema::validator_for(&CompiledFlow::schema()).expect("the schema is one");
    for file in files(&folder("")) {
        if file.file_stem().is_some_and(|name| name == "organization") {
            continue;
        }
        let flow: Value = serde_saphyr::from_str(&text(&file)).expect("the fixture is YAML");
        let faults: Vec<String> = schema.iter_errors(&flow).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", file.display());
    }
    let flow = |action: Value| json!({"flow": "x", "kind": "inboundMessage", "start": "a", "actions": {"a": action}});
    assert!(schema.is_valid(&flow(json!({"sendMessage": "Hello"}))));
    for action in [json!({"sendMesage": "Hello"}), json!({"sendMessage": "Hello", "succes": "a"}), json!({}), json!(1)]
    {
        assert!(!schema.is_valid(&flow(action.clone())), "{action}");
    }
}
