//! The operators, tests and filters of expressions. Whatever makes text is ours: null, `True` and `1.0` are not written.

use std::{fmt, sync::LazyLock};

use minijinja::{
    Environment, Error, ErrorKind, UndefinedBehavior, Value, filters, tests,
    value::{Rest, ValueKind},
};

use super::MAX_OUTPUT_BYTES;

/// What one expression may do: so many operations, or 64 times as many bytes.
const FUEL: u64 = 5_000;
/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// The filters that expressions know.
pub(super) const FILTERS: [&str; 24] = [
    "default",
    "d",
    "lower",
    "upper",
    "capitalize",
    "trim",
    "replace",
    "join",
    "split",
    "string",
    "length",
    "count",
    "first",
    "last",
    "min",
    "max",
    "sum",
    "sort",
    "reverse",
    "round",
    "abs",
    "int",
    "float",
    "tojson",
];
/// The tests that expressions know, after `is`.
pub(super) const TESTS: [&str; 17] = [
    "defined",
    "undefined",
    "none",
    "boolean",
    "number",
    "integer",
    "float",
    "string",
    "sequence",
    "mapping",
    "odd",
    "even",
    "divisibleby",
    "startingwith",
    "endingwith",
    "true",
    "false",
];
/// What a chain of `~` is called with.
pub(super) const CONCAT: &str = "concat";
/// A `default` behind which another one stands.
pub(super) const LENIENT_DEFAULT: &str = "or_default";

pub(super) static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(engine);

/// A fault of ours on its way through the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The name in this place is absent.
    Absent(usize),
    /// A default that is absent itself.
    NoDefault,
    /// A null that would become text.
    Null,
    /// A list or an object that would become text.
    Container,
    /// A number that JSON does not have.
    NotANumber,
    /// Nested too deep.
    TooDeep,
    /// More than a template may become.
    TooLong,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Trouble {}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Self::from(ErrorKind::InvalidOperation).with_source(trouble)
    }
}

fn engine() -> Environment<'static> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(100);
    engine.add_function(CONCAT, |parts: Rest<Value>| -> Result<String, Error> {
        let mut text = String::new();
        parts.iter().try_for_each(|part| write(&mut text, part))?;
        Ok(text)
    });
    engine.add_filter("default", |value: &Value, other: Option<Value>, kwargs: minijinja::value::Kwargs| {
        let chosen = or_default(value, other, &kwargs)?;
        if chosen.is_undefined() { Err(Trouble::NoDefault.into()) } else { Ok(chosen) }
    });
    engine.add_filter(LENIENT_DEFAULT, |value: &Value, other: Option<Value>, kwargs: minijinja::value::Kwargs| {
        or_default(value, other, &kwargs)
    });
    engine.add_filter("lower", |value: &Value| text(value).map(|text| text.to_lowercase()));
    engine.add_filter("upper", |value: &Value| text(value).map(|text| text.to_uppercase()));
    engine.add_filter("capitalize", |value: &Value| {
        text(value).map(|text| {
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
    });
    engine.add_filter("trim", |value: &Value| text(value).map(|text| text.trim().to_owned()));
    engine.add_filter("replace", replace);
    engine.add_filter("join", |value: &Value, between: Option<String>| {
        let between = between.unwrap_or_default();
        let mut text = String::new();
        for (position, item) in value.try_iter()?.enumerate() {
            if position > 0 {
                push(&mut text, &between)?;
            }
            write(&mut text, &item)?;
        }
        Ok::<_, Error>(text)
    });
    engine.add_filter("split", |value: &Value, between: String| {
        text(value).map(|text| text.split(between.as_str()).map(Value::from).collect::<Vec<_>>())
    });
    engine.add_filter("string", text);
    engine.add_filter("length", filters::length);
    engine.add_filter("count", filters::length);
    engine.add_filter("first", filters::first);
    engine.add_filter("last", filters::last);
    engine.add_filter("min", filters::min);
    engine.add_filter("max", filters::max);
    engine.add_filter("sum", filters::sum);
    engine.add_filter("sort", filters::sort);
    engine.add_filter("reverse", filters::reverse);
    engine.add_filter("round", filters::round);
    engine.add_filter("abs", filters::abs);
    engine.add_filter("int", filters::int);
    engine.add_filter("float", filters::float);
    engine.add_filter("tojson", |value: &Value| {
        let json = to_json(value).map_err(Error::from)?;
        Ok::<_, Error>(json.to_string())
    });
    engine.add_test("defined", |value: &Value| !value.is_undefined());
    engine.add_test("undefined", Value::is_undefined);
    engine.add_test("none", Value::is_none);
    engine.add_test("boolean", tests::is_boolean);
    engine.add_test("number", tests::is_number);
    engine.add_test("integer", tests::is_integer);
    engine.add_test("float", tests::is_float);
    engine.add_test("string", tests::is_string);
    engine.add_test("sequence", tests::is_sequence);
    engine.add_test("mapping", tests::is_mapping);
    engine.add_test("odd", tests::is_odd);
    engine.add_test("even", tests::is_even);
    engine.add_test("divisibleby", tests::is_divisibleby);
    engine.add_test("startingwith", tests::is_startingwith);
    engine.add_test("endingwith", tests::is_endingwith);
    engine.add_test("true", tests::is_true);
    engine.add_test("false", tests::is_false);
    engine
}

/// Null has a default as well as what is absent; with `boolean=true` also whatever counts as false.
fn or_default(value: &Value, other: Option<Value>, kwargs: &minijinja::value::Kwargs) -> Result<Value, Error> {
    let falsy = kwargs.get::<Option<bool>>("boolean")?.unwrap_or_default();
    kwargs.assert_all_used()?;
    let fits = !value.is_undefined() && !value.is_none() && (!falsy || value.is_true());
    Ok(if fits { value.clone() } else { other.unwrap_or(Value::UNDEFINED) })
}

fn replace(state: &minijinja::State, value: &Value, from: String, to: String) -> Result<String, Error> {
    let text = text(value)?;
    // Paid for before it is made: a short text can become a very long one.
    let made = text.matches(from.as_str()).count().saturating_mul(to.len());
    state.consume_fuel(u64::try_from(made / 64).unwrap_or(u64::MAX))?;
    Ok(text.replace(from.as_str(), &to))
}

fn text(value: &Value) -> Result<String, Error> {
    let mut text = String::new();
    write(&mut text, value)?;
    Ok(text)
}

/// Writes a value as text.
pub(super) fn write(out: &mut String, value: &Value) -> Result<(), Trouble> {
    match value.kind() {
        ValueKind::String => push(out, value.as_str().unwrap_or_default())?,
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => out.push_str(&number(value)?.to_string()),
        ValueKind::None => return Err(Trouble::Null),
        ValueKind::Undefined | ValueKind::Invalid => return Err(Trouble::NoDefault),
        _ => return Err(Trouble::Container),
    }
    Ok(())
}

fn push(out: &mut String, text: &str) -> Result<(), Trouble> {
    if out.len() + text.len() > MAX_OUTPUT_BYTES {
        return Err(Trouble::TooLong);
    }
    out.push_str(text);
    Ok(())
}

fn number(value: &Value) -> Result<serde_json::Number, Trouble> {
    /// Beyond it not every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let (true, Some(integer)) = (value.is_integer(), value.as_i64()) {
        return Ok(integer.into());
    }
    if let (true, Ok(integer)) = (value.is_integer(), u64::try_from(value.clone())) {
        return Ok(integer.into());
    }
    let float = f64::try_from(value.clone()).map_err(|_| Trouble::NotANumber)?;
    if float.fract() == 0.0 && float.abs() < EXACT {
        // A division of integers gives a float: 10 / 2 is written 5.
        return Ok(i64::try_from(value.clone()).map_err(|_| Trouble::NotANumber)?.into());
    }
    serde_json::Number::from_f64(float).ok_or(Trouble::NotANumber)
}

/// A value as JSON.
pub(super) fn to_json(value: &Value) -> Result<serde_json::Value, Trouble> {
    let mut left = MAX_OUTPUT_BYTES;
    json(value, 0, &mut left)
}

/// One list can stand in a value many times: what it becomes is counted on the way.
fn json(value: &Value, depth: usize, left: &mut usize) -> Result<serde_json::Value, Trouble> {
    if depth > MAX_DEPTH {
        return Err(Trouble::TooDeep);
    }
    pay(left, 2)?;
    Ok(match value.kind() {
        ValueKind::None => serde_json::Value::Null,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number => number(value)?.into(),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            pay(left, text.len())?;
            text.into()
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter().map_err(|_| Trouble::Container)?;
            items.map(|item| json(&item, depth + 1, left)).collect::<Result<Vec<_>, _>>()?.into()
        }
        ValueKind::Map => {
            let mut object = serde_json::Map::new();
            for key in value.try_iter().map_err(|_| Trouble::Container)? {
                let mut name = String::new();
                write(&mut name, &key)?;
                pay(left, name.len() + 3)?;
                let item = value.get_item(&key).map_err(|_| Trouble::Container)?;
                object.insert(name, json(&item, depth + 1, left)?);
            }
            object.into()
        }
        ValueKind::Undefined | ValueKind::Invalid => return Err(Trouble::NoDefault),
        _ => return Err(Trouble::Container),
    })
}

fn pay(left: &mut usize, bytes: usize) -> Result<(), Trouble> {
    *left = left.checked_sub(bytes).ok_or(Trouble::TooLong)?;
    Ok(())
}

/// JSON as a value.
pub(super) fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => from_number(number),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect::<Vec<_>>().into(),
        serde_json::Value::Object(fields) => {
            Value::from_pairs(fields.iter().map(|(name, value)| (name.as_str(), from_json(value))))
        }
    }
}

/// A number as a value.
pub(super) fn from_number(number: &serde_json::Number) -> Value {
    let integer = number.as_i64().map(Value::from).or_else(|| number.as_u64().map(Value::from));
    integer.or_else(|| number.as_f64().map(Value::from)).unwrap_or_else(|| Value::from(()))
}
