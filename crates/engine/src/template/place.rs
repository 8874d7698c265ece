//! One placeholder: compiled once, found or worked out as often as needed.

use std::{fmt, sync::Arc};

use minijinja::{
    Error, ErrorKind, Value,
    value::{Enumerator, Object},
};
use waybill_model::{ContextRead, Scalar};

use super::{
    MAX_OUTPUT_BYTES, Names, RenderFault, TemplateFault, Uses,
    engine::{self, ENGINE, Trouble},
    names::{Found, Name},
    read::read,
    scan::excerpt,
};

/// Whether secrets may stand in a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum SecretRule {
    /// They may.
    Places,
    /// They may not, and why.
    Refused(&'static str),
}

/// A compiled placeholder.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A name and nothing else.
    Name(Name),
    /// A secret's place.
    Secret(String),
    /// Anything else.
    Program(Arc<Program>),
}

pub(super) struct Program {
    source: String,
    names: Vec<Name>,
    expression: minijinja::Expression<'static, 'static>,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("source", &self.source).finish_non_exhaustive()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Secret(name) => write!(f, "secret.{name}"),
            Self::Program(program) => f.write_str(&program.source),
        }
    }
}

impl Place {
    pub(super) fn compile(source: &str, secrets: SecretRule, uses: &mut Uses) -> Result<Self, TemplateFault> {
        let mut read = read(source, uses)?;
        if read.is_name {
            return match (read.names.swap_remove(0), secrets) {
                (Name::Secret(name), SecretRule::Places) => Ok(Self::Secret(name)),
                (Name::Secret(name), SecretRule::Refused(rule)) => {
                    Err(TemplateFault::Secret { name, rule: rule.to_owned() })
                }
                (name, SecretRule::Places | SecretRule::Refused(_)) => Ok(Self::Name(name)),
            };
        }
        let expression = ENGINE.compile_expression_owned(read.program).map_err(|error| TemplateFault::Syntax {
            expression: excerpt(source),
            // What the parser says is about signs and words, and there are no values yet.
            reason: error.detail().unwrap_or("it is no expression").to_owned(),
        })?;
        Ok(Self::Program(Arc::new(Program { source: excerpt(source), names: read.names, expression })))
    }

    /// Whether the text is the operator's own and goes into a URL as it is.
    pub(super) const fn is_operators(&self) -> bool {
        matches!(self, Self::Name(Name::Env(_)))
    }

    /// Writes its value as text.
    pub(super) fn write(
        &self,
        names: &Names<'_>,
        reads: &mut Vec<ContextRead>,
        out: &mut String,
    ) -> Result<(), RenderFault> {
        match self {
            Self::Secret(name) => {
                out.push_str(&secret_place(names, name)?);
                Ok(())
            }
            Self::Name(name) => match name.find(names, reads) {
                Found::Absent => Err(name.absence(names)),
                Found::Text(text) => {
                    out.push_str(&text);
                    Ok(())
                }
                Found::Scalar(scalar) => match scalar.to_text() {
                    Some(text) => {
                        out.push_str(&text);
                        Ok(())
                    }
                    None => Err(RenderFault::Null { name: name.to_string() }),
                },
                Found::Json(json) => engine::write(out, &engine::from_json(json))
                    .map_err(|trouble| fault_of(trouble, &name.to_string(), &[], names)),
            },
            Self::Program(program) => {
                let value = program.evaluate(names, reads)?;
                engine::write(out, &value).map_err(|trouble| fault_of(trouble, &program.source, &program.names, names))
            }
        }
    }

    /// Its value with its type.
    pub(super) fn value(
        &self,
        names: &Names<'_>,
        reads: &mut Vec<ContextRead>,
    ) -> Result<serde_json::Value, RenderFault> {
        match self {
            Self::Secret(name) => secret_place(names, name).map(Into::into),
            Self::Name(name) => Ok(match name.find(names, reads) {
                Found::Absent => return Err(name.absence(names)),
                Found::Text(text) => text.into(),
                Found::Scalar(Scalar::Null) => serde_json::Value::Null,
                Found::Scalar(Scalar::Bool(flag)) => (*flag).into(),
                Found::Scalar(Scalar::Number(number)) => number.clone().into(),
                Found::Scalar(Scalar::Text(text)) => text.as_str().into(),
                Found::Json(json) => json.clone(),
            }),
            Self::Program(program) => {
                let value = program.evaluate(names, reads)?;
                engine::to_json(&value).map_err(|trouble| fault_of(trouble, &program.source, &program.names, names))
            }
        }
    }
}

/// What stands where a secret will be. Its marker can't be known by whoever wrote the values around it.
pub(super) fn secret_mark(marker: waybill_model::EffectId, name: &str) -> String {
    format!("{{secret:{marker}:{name}}}")
}

fn secret_place(names: &Names<'_>, name: &str) -> Result<String, RenderFault> {
    if names.secrets.allowed.contains(name) {
        Ok(secret_mark(names.secrets.marker, name))
    } else {
        Err(Name::Secret(name.to_owned()).absence(names))
    }
}

impl Program {
    fn evaluate(&self, names: &Names<'_>, reads: &mut Vec<ContextRead>) -> Result<Value, RenderFault> {
        let values = self.names.iter().map(|name| value_of(name.find(names, reads))).collect();
        self.expression.eval(Value::from_object(Places { values })).map_err(|error| self.fault(&error, names))
    }

    /// The engine's fault in our words: its own may quote values.
    fn fault(&self, error: &Error, names: &Names<'_>) -> RenderFault {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(trouble) = error.downcast_ref::<Trouble>() {
                return fault_of(*trouble, &self.source, &self.names, names);
            }
            cause = error.source();
        }
        let name = self.source.clone();
        match error.kind() {
            ErrorKind::OutOfFuel => {
                RenderFault::Budget { name, reason: "it works too long or makes too much".to_owned() }
            }
            ErrorKind::UndefinedError => fault_of(Trouble::NoDefault, &self.source, &self.names, names),
            ErrorKind::MissingArgument | ErrorKind::TooManyArguments => {
                RenderFault::Type { name, reason: "a filter or test has too few or too many arguments".to_owned() }
            }
            _ => RenderFault::Type {
                name,
                reason: "an operator, filter or test does not fit the kinds of its values".to_owned(),
            },
        }
    }
}

fn value_of(found: Found<'_>) -> Option<Value> {
    match found {
        Found::Absent => None,
        Found::Text(text) => Some(Value::from(text)),
        Found::Scalar(Scalar::Null) => Some(Value::from(())),
        Found::Scalar(Scalar::Bool(flag)) => Some(Value::from(*flag)),
        Found::Scalar(Scalar::Number(number)) => Some(engine::from_number(number)),
        Found::Scalar(Scalar::Text(text)) => Some(Value::from(text.as_str())),
        Found::Json(json) => Some(engine::from_json(json)),
    }
}

fn fault_of(trouble: Trouble, source: &str, places: &[Name], names: &Names<'_>) -> RenderFault {
    let name = source.to_owned();
    let of = |reason: &str| RenderFault::Type { name: source.to_owned(), reason: reason.to_owned() };
    match trouble {
        Trouble::Absent(place) => match places.get(place) {
            Some(place) => place.absence(names),
            None => of("a name in it is absent"),
        },
        // The last name that is absent is the one that had to help out.
        Trouble::NoDefault => {
            let is_absent = |place: &&Name| matches!(place.find(names, &mut Vec::new()), Found::Absent);
            match places.iter().rev().find(is_absent) {
                Some(place) => place.absence(names),
                None => of("a part of a value in it is not there"),
            }
        }
        Trouble::Null => RenderFault::Null { name },
        Trouble::Container => of("a list or an object is no text: add `| join(\", \")` or `| tojson`"),
        Trouble::NotANumber => of("the result is no number that can be written"),
        Trouble::TooLong => RenderFault::Budget { name, reason: format!("it is more than {MAX_OUTPUT_BYTES} bytes") },
        Trouble::TooDeep => RenderFault::Budget { name, reason: "its value is nested too deep".to_owned() },
    }
}

/// The values in the places of an expression.
struct Places {
    values: Vec<Option<Value>>,
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("places")
    }
}

impl Object for Places {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let (guard, place) = key.split_at_checked(1)?;
        let place: usize = place.parse().ok()?;
        match (self.values.get(place)?, guard) {
            (Some(value), _) => Some(value.clone()),
            (None, "g") => None,
            (None, _) => Some(Value::from(Error::from(Trouble::Absent(place)))),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
