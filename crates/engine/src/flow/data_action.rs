//! Data actions: named API contracts in the shape that the field exports (`contract` and `config`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Answer;
use crate::template::{Names, PreparedRequest, Rendered};

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
pub struct CompiledDataAction {}

/// Why a data action can't be used, or could not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {remedy}")]
pub struct DataActionFault {
    /// What is wrong; names and paths, never a value.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl CompiledDataAction {
    /// Reads a data action: its templates are translated, its schemas compiled.
    ///
    /// # Errors
    /// `DataActionFault` names the first part that can't be used.
    pub fn new(action: &DataAction) -> Result<Self, DataActionFault> {
        todo!("{action:?}")
    }

    /// Prepares the request for an input.
    ///
    /// # Errors
    /// `DataActionFault` when the input does not fit the contract, or the request can't be made of it.
    pub fn prepare(&self, input: &Value, names: &Names<'_>) -> Result<Rendered<PreparedRequest>, DataActionFault> {
        todo!("{input:?} {names:?}")
    }

    /// Makes the output of an answer of success.
    ///
    /// # Errors
    /// `DataActionFault` when the answer can't be mapped, or the output does not fit the contract.
    pub fn output(&self, input: &Value, answer: &Answer, names: &Names<'_>) -> Result<Value, DataActionFault> {
        todo!("{input:?} {answer:?} {names:?}")
    }

    /// How long an attempt may take, in milliseconds.
    #[must_use]
    pub fn timeout_ms(&self) -> u32 {
        todo!()
    }
}
