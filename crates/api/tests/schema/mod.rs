//! Whether a value is what a schema says.

use serde_json::Value;

/// A schema, or what it points to.
pub(crate) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return schema };
    let found = document.pointer(reference.strip_prefix('#').unwrap());
    found.unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// Whether a value is what a schema says; the few words of JSON Schema that the document uses.
pub(crate) fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
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
        Some(name) if matches!(schema.get("additionalProperties"), None | Some(Value::Bool(false))) => {
            Err(format!("{place}: unknown member {name}"))
        }
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
