//! Data actions: named API contracts in the shape that the field exports (`contract` and `config`).

use std::{collections::BTreeMap, sync::Arc};

use jsonschema::Validator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, actions::json, compiler::Path};
use crate::{
    attributes::shown,
    template::{
        BodySource, JsonTemplate, Names, PreparedRequest, Rendered, RequestSource, RequestTemplate, TemplateFault, Uses,
    },
};

mod velocity;

/// A data action as it is written or imported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataAction {
    /// What goes in and comes out.
    pub contract: Contract,
    /// How it is asked for.
    pub config: Config,
}

/// What goes in and comes out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Contract {
    /// What goes in.
    pub input: InputContract,
    /// What comes out.
    pub output: OutputContract,
}

/// What goes in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct InputContract {
    /// Its JSON Schema; absent: anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_schema: Option<Value>,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputContract {
    /// The JSON Schema of a success; absent: anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_schema: Option<Value>,
    /// The JSON Schema of a failure; it is kept and not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_schema: Option<Value>,
}

/// How it is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// How long an attempt may take, 1 to 60 seconds.
    #[serde(default = "ten")]
    pub timeout_seconds: u32,
    /// The request.
    pub request: RequestConfig,
    /// What is made of the answer.
    #[serde(default)]
    pub response: ResponseConfig,
}

const fn ten() -> u32 {
    10
}

/// The request of a data action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestConfig {
    /// The URL: `https://crm.example/customers/${input.id}`.
    pub request_url_template: String,
    /// The method.
    #[serde(default = "get")]
    pub request_type: String,
    /// The body; absent: the input, but for GET, HEAD and DELETE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_template: Option<String>,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

fn get() -> String {
    "GET".to_owned()
}

/// What is made of the answer of a data action.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ResponseConfig {
    /// JSONPaths by name.
    pub translation_map: BTreeMap<String, String>,
    /// What a name is where its path finds nothing; JSON text.
    pub translation_map_defaults: BTreeMap<String, Value>,
    /// The output: `{"name": ${name}}`; absent: `${rawResult}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_template: Option<String>,
}

/// A data action that has been read and made ready.
#[derive(Debug, Clone)]
pub struct CompiledDataAction {
    timeout_ms: u32,
    input: Option<Arc<Validator>>,
    output: Option<Arc<Validator>>,
    request: RequestTemplate,
    map: BTreeMap<String, Path>,
    defaults: BTreeMap<String, Value>,
    success: Success,
}

/// How the output is made.
#[derive(Debug, Clone)]
enum Success {
    /// It is the answer as it came.
    Raw,
    /// It is what the paths have found.
    Map,
    /// It is written out.
    Template(Box<JsonTemplate>),
}

/// Why a data action can't be used, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {remedy}")]
pub struct DataActionFault {
    /// What is wrong; names and paths, never a value.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl DataActionFault {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl CompiledDataAction {
    /// Reads a data action: its templates are translated, its schemas compiled.
    ///
    /// # Errors
    /// `DataActionFault` names the first part that can't be used.
    pub fn new(action: &DataAction) -> Result<Self, DataActionFault> {
        let DataAction { contract: Contract { input, output }, config } = action;
        let Config { timeout_seconds, request, response } = config;
        if !(1..=60).contains(timeout_seconds) {
            return Err(DataActionFault::new(format!("timeoutSeconds is {timeout_seconds}"), "it goes from 1 to 60"));
        }
        let ResponseConfig { translation_map, translation_map_defaults, success_template } = response;
        let mut map = BTreeMap::new();
        for (name, path) in translation_map {
            let parsed = Path::parse(path).map_err(|error| {
                DataActionFault::new(format!("translationMap.{name}: {error}"), "write a JSONPath such as `$.id`")
            })?;
            map.insert(name.clone(), parsed);
        }
        let success = match success_template.as_deref().map(str::trim) {
            None | Some("") if map.is_empty() => Success::Raw,
            None | Some("") => Success::Map,
            Some("${rawResult}" | "$rawResult") => Success::Raw,
            Some(template) => {
                let text = velocity::translate(template, velocity::Scope::Output)
                    .map_err(|what| DataActionFault::new(format!("successTemplate: {what}"), velocity::REMEDY))?;
                let compiled = JsonTemplate::compile(&text).map_err(|fault| in_template("successTemplate", &fault))?;
                Success::Template(Box::new(compiled))
            }
        };
        Ok(Self {
            timeout_ms: timeout_seconds * 1000,
            input: validator("input", input.input_schema.as_ref())?,
            output: validator("output", output.success_schema.as_ref())?,
            request: compile_request(request)?,
            map,
            defaults: translation_map_defaults.iter().map(|(name, value)| (name.clone(), unpacked(value))).collect(),
            success,
        })
    }

    /// Prepares the request for an input.
    ///
    /// # Errors
    /// `DataActionFault` when the input does not fit the contract, or the request can't be made of it.
    pub fn prepare(&self, input: &Value, names: &Names<'_>) -> Result<Rendered<PreparedRequest>, DataActionFault> {
        fits("input", self.input.as_deref(), input)?;
        let variables = BTreeMap::from([("input".to_owned(), input.clone())]);
        let rendered = self.request.render(&Names { variables: &variables, ..*names });
        rendered.map_err(|fault| DataActionFault::new(fault.to_string(), "give it the input that the request needs"))
    }

    /// Makes the output of an answer of success.
    ///
    /// # Errors
    /// `DataActionFault` when the answer can't be mapped, or the output does not fit the contract.
    pub fn output(&self, input: &Value, answer: &Answer, names: &Names<'_>) -> Result<Value, DataActionFault> {
        let raw = if answer.body.iter().all(u8::is_ascii_whitespace) {
            Value::Null
        } else {
            json(&answer.body).map_err(|fault| DataActionFault::new(fault.words, "the target has to answer JSON"))?
        };
        let found = |(name, path): (&String, &Path)| {
            let value = path.find(&raw).or_else(|| self.defaults.get(name).cloned());
            (name.clone(), value.unwrap_or_default())
        };
        let output = match &self.success {
            Success::Raw => raw,
            Success::Map => Value::Object(self.map.iter().map(found).collect()),
            Success::Template(template) => {
                let map = Value::Object(self.map.iter().map(found).collect());
                let variables = BTreeMap::from([
                    ("input".to_owned(), input.clone()),
                    ("output".to_owned(), map),
                    ("rawResult".to_owned(), raw),
                ]);
                let rendered = template.render(&Names { variables: &variables, ..*names });
                let made = rendered.map_err(|fault| {
                    DataActionFault::new(fault.to_string(), "add a default to translationMapDefaults")
                })?;
                made.value
            }
        };
        fits("output", self.output.as_deref(), &output)?;
        Ok(output)
    }

    /// How long an attempt may take, in milliseconds.
    #[must_use]
    pub const fn timeout_ms(&self) -> u32 {
        self.timeout_ms
    }

    /// What its request names besides the input.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        self.request.uses()
    }
}

fn in_template(part: &str, fault: &TemplateFault) -> DataActionFault {
    DataActionFault::new(format!("{part}: {fault}"), "write it as the message says")
}

fn compile_request(request: &RequestConfig) -> Result<RequestTemplate, DataActionFault> {
    let RequestConfig { request_url_template, request_type, request_template, headers } = request;
    let translate = |part: &str, text: &str| {
        velocity::translate(text, velocity::Scope::Input)
            .map_err(|what| DataActionFault::new(format!("{part}: {what}"), velocity::REMEDY))
    };
    let url = translate("requestUrlTemplate", request_url_template)?;
    let mut translated = BTreeMap::new();
    for (name, value) in headers {
        translated.insert(name.clone(), translate(&format!("headers.{name}"), value)?);
    }
    let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map_or_else(String::new, |(_, value)| value.to_ascii_lowercase());
    let method = request_type.trim().to_ascii_uppercase();
    let has_none = matches!(method.as_str(), "GET" | "HEAD" | "DELETE");
    let body = match request_template.as_deref().map(str::trim) {
        None | Some("") if has_none => None,
        Some("${input.rawRequest}" | "$input.rawRequest") if has_none => None,
        None | Some("") => Some(BodySource::JsonText("{{ input }}".to_owned())),
        Some(text) if content_type.contains("x-www-form-urlencoded") => {
            let mut fields = BTreeMap::new();
            for field in text.split('&') {
                let (name, value) = field.split_once('=').unwrap_or((field, ""));
                fields.insert(name.trim().to_owned(), translate("requestTemplate", value.trim())?);
            }
            Some(BodySource::Form(fields))
        }
        Some(text) if content_type.is_empty() || content_type.contains("json") => {
            Some(BodySource::JsonText(translate("requestTemplate", text)?))
        }
        Some(text) => Some(BodySource::Text(translate("requestTemplate", text)?)),
    };
    let source = RequestSource { method, url, headers: translated, body };
    RequestTemplate::compile(&source).map_err(|fault| in_template("request", &fault))
}

fn validator(part: &str, schema: Option<&Value>) -> Result<Option<Arc<Validator>>, DataActionFault> {
    let Some(schema) = schema else { return Ok(None) };
    let compiled = jsonschema::validator_for(schema).map_err(|error| {
        let what = format!("the {part} schema can't be used at `{}`", error.instance_path());
        DataActionFault::new(what, "write a JSON Schema without references to elsewhere")
    })?;
    Ok(Some(Arc::new(compiled)))
}

/// Says where a value does not fit, and by which word of the schema; never the value.
fn fits(part: &str, validator: Option<&Validator>, value: &Value) -> Result<(), DataActionFault> {
    let Some(validator) = validator else { return Ok(()) };
    let Some(error) = validator.iter_errors(value).next() else { return Ok(()) };
    let (at, rule) = (error.instance_path().to_string(), error.schema_path().to_string());
    let what = format!("the {part} does not fit its contract at `{}`: `{rule}`", shown(&at));
    Err(DataActionFault::new(what, "see the data action's contract"))
}

/// A default is JSON text in the field's documents.
fn unpacked(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.clone(),
    }
}
