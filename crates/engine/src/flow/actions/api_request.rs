//! `apiRequest`: makes a request and takes of its answer what it needs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Act, document,
    reply::{self, Received},
};
use crate::flow::{
    Input, Request,
    compiled::CompiledAction,
    compiler::{Compiler, Origin, Paths, Thing},
    document::Pause,
    turn::{Fault, Taken, Turn},
    world::key,
};
use crate::template::{BodySource, RequestSource, RequestTemplate};

const USUAL: Pause = Pause::from_millis(10_000);
const LONGEST: Pause = Pause::from_millis(60_000);

/// A request, and what is taken of its answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WrittenRequest {
    /// The method; absent: GET, or POST where there is a body.
    pub method: Option<String>,
    /// The URL; values are encoded for where they land.
    pub url: String,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: a map or list becomes JSON; a text is JSON as well, unless the header `content-type` says otherwise.
    pub body: Option<Value>,
    /// The body as fields of a form, in place of `body`.
    pub form: Option<BTreeMap<String, String>>,
    /// The name of the credential that it goes with.
    pub auth: Option<String>,
    /// How long one attempt may take; absent: 10 seconds, 60 at most.
    pub timeout: Option<Pause>,
    /// How often it is attempted.
    #[serde(default)]
    pub retry: Retry,
    /// Variables from the answer: `{tier: $.account.tier}`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Attributes from the answer, with the trust `flow`.
    #[serde(default)]
    pub set_attributes: BTreeMap<String, String>,
}

/// How often a request is attempted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, 1 to 10.
    pub attempts: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 1 }
    }
}

document! {
    /// Makes a request and takes of its answer what it needs.
    ApiRequestAction {
        /// The request.
        api_request: WrittenRequest,
        /// Where it goes on when the status is 2xx.
        success: Option<String>,
        /// Where it goes on otherwise.
        failure: Option<String>,
        /// Where it goes on when no answer came in time; absent: `failure`.
        timeout: Option<String>,
        /// Where it goes on when a context key that the request needs is absent; absent: `failure`.
        missing: Option<String>,
    }
}

#[derive(Debug, Clone)]
pub(in crate::flow) struct ApiRequest {
    request: RequestTemplate,
    auth: Option<String>,
    timeout: Pause,
    attempts: u32,
    set: Paths,
    set_attributes: Paths,
}

impl ApiRequest {
    pub(super) fn compile(document: ApiRequestAction, compiler: &mut Compiler<'_>) -> Option<Self> {
        let ApiRequestAction { api_request, success, failure, timeout, missing, error: _, default: _, description: _ } =
            document;
        compiler.facts.waits = true;
        compiler.way("success", success);
        compiler.way("failure", failure);
        compiler.way("timeout", timeout);
        compiler.way("missing", missing);
        let WrittenRequest { method, url, headers, body, form, auth, timeout, retry, set, set_attributes } =
            api_request;
        if let Some(auth) = &auth {
            compiler.refers("apiRequest.auth", Thing::Credential, auth);
        }
        let timeout = timeout.unwrap_or(USUAL);
        if timeout > LONGEST || timeout.millis() < 1 {
            let message = "a request may take up to 60 seconds".to_owned();
            compiler.fault("apiRequest.timeout", "document", message, "write such as `2s`");
        }
        if !(1..=10).contains(&retry.attempts) {
            let message = "a request is attempted 1 to 10 times".to_owned();
            compiler.fault("apiRequest.retry.attempts", "document", message, "write such as `3`");
        }
        let is_json = headers.iter().all(|(name, value)| {
            !name.eq_ignore_ascii_case("content-type") || value.to_ascii_lowercase().contains("json")
        });
        let body = match (body, form) {
            (Some(_), Some(_)) => {
                let message = "a request has one body, this one has `body` and `form`".to_owned();
                compiler.fault("apiRequest.form", "document", message, "leave one out");
                return None;
            }
            (None, Some(form)) => Some(BodySource::Form(form)),
            (Some(Value::String(text)), None) if is_json => Some(BodySource::JsonText(text)),
            (Some(Value::String(text)), None) => Some(BodySource::Text(text)),
            (Some(value), None) => Some(BodySource::Json(value)),
            (None, None) => None,
        };
        let usual = if body.is_some() { "POST" } else { "GET" };
        let method = method.unwrap_or_else(|| usual.to_owned()).to_ascii_uppercase();
        let request = compiler.request("apiRequest", RequestSource { method, url, headers, body });
        let mapping = compiler.mapping("apiRequest", &set, &set_attributes, Origin::Reply);
        let (set, set_attributes) = mapping?;
        Some(Self { request: request?, auth, timeout, attempts: retry.attempts, set, set_attributes })
    }
}

impl Act for ApiRequest {
    fn enter<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction) -> Result<Taken<'a>, Fault> {
        let rendered = self.request.render(&turn.names());
        let prepared = match turn.take(rendered) {
            Err(fault) if fault.is_absence => {
                turn.note = Some(fault.words);
                return Ok(Taken::way("missing"));
            }
            other => other?,
        };
        let credential = match &self.auth {
            Some(name) => match turn.world.directory.credentials.get(&key(name)) {
                Some(id) => Some(*id),
                None => return Err(Fault::new(format!("there is no credential `{name}`"))),
            },
            None => None,
        };
        let timeout_ms = u32::try_from(self.timeout.millis()).unwrap_or(u32::MAX);
        let request = Request { effect: turn.effect(), prepared, credential, timeout_ms, attempts: self.attempts };
        Ok(reply::send(turn, request))
    }

    fn resume<'a>(&self, turn: &mut Turn<'a>, _: &CompiledAction, input: &Input) -> Result<Option<Taken<'a>>, Fault> {
        let answer = match reply::receive(turn, input) {
            None => return Ok(None),
            Some(Received::Way(way)) => return Ok(Some(Taken::way(way))),
            Some(Received::Success(answer)) => answer,
        };
        if !(self.set.is_empty() && self.set_attributes.is_empty()) {
            let value = reply::json(&answer.body)?;
            turn.map(&value, &self.set, &self.set_attributes)?;
        }
        Ok(Some(Taken::way("success")))
    }
}
