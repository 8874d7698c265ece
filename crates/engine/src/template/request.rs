//! Requests with placeholders. A prepared request holds the places of secrets; they are filled when it is sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_model::EffectId;

use super::{
    JsonTemplate, Landing, Names, RenderFault, Rendered, SecretFault, Template, TemplateFault, Uses,
    place::{SecretRule, secret_mark},
    text::{Part, RESERVED, is_header_value},
};

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
/// Headers that are not the author's to set.
const OURS: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "idempotency-key"];

/// A request as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestSource {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Option<BodySource>,
}

/// A body as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum BodySource {
    /// JSON text, with bare placeholders perhaps.
    JsonText(String),
    /// A document as it stands in the flow.
    Json(Value),
    /// Fields of a form.
    Form(BTreeMap<String, String>),
    /// Plain text.
    Text(String),
}

/// A request with placeholders.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    method: String,
    url: Template,
    headers: Vec<(String, Template)>,
    body: Option<Body>,
    uses: Uses,
}

#[derive(Debug, Clone)]
enum Body {
    Json(Box<JsonTemplate>),
    Form(Vec<(String, Template)>),
    Text(Box<Template>),
}

/// A request that can be kept: complete but for its secrets, of which it has the places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreparedRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers; the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<PreparedBody>,
    /// What marks the places of secrets.
    pub marker: EffectId,
    /// The secrets that it needs.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub secrets: BTreeSet<String>,
}

/// The body of a request that can be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "content")]
pub enum PreparedBody {
    /// JSON.
    Json(Value),
    /// Fields of a form.
    Form(Vec<(String, String)>),
    /// Plain text.
    Text(String),
}

/// A request as it is sent. It holds secrets: it is never kept, logged or shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadyRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// Headers, `content-type` among them where there is a body; the names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it is written.
    pub body: Option<String>,
}

impl fmt::Debug for ReadyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadyRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl RequestTemplate {
    /// Reads a request.
    ///
    /// # Errors
    /// `TemplateFault` names the part and what to write instead.
    pub fn compile(source: &RequestSource) -> Result<Self, TemplateFault> {
        let RequestSource { method, url, headers, body } = source;
        let method = method.to_ascii_uppercase();
        if !METHODS.contains(&method.as_str()) {
            return Err(fault("method", format!("it is one of {}", METHODS.join(", "))));
        }
        let url = Template::compile(url.trim(), Landing::UrlPart)?;
        check_host(&url)?;
        let mut uses = url.uses().clone();
        let mut compiled: Vec<(String, Template)> = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            check_header_name(&name)?;
            if compiled.iter().any(|(known, _)| *known == name) {
                return Err(fault(&format!("header `{name}`"), "it stands there twice".to_owned()));
            }
            let value = Template::compile(value, Landing::Header)?;
            let is_plain = |part: &Part| match part {
                Part::Text(text) => is_header_value(text),
                Part::Place(_) => true,
            };
            if !value.parts().iter().all(is_plain) {
                let reason = "it has a line break or a character that headers can't carry".to_owned();
                return Err(fault(&format!("header `{name}`"), reason));
            }
            uses.extend(value.uses());
            compiled.push((name, value));
        }
        let body = body.as_ref().map(|body| Body::compile(body, &mut uses)).transpose()?;
        Ok(Self { method, url, headers: compiled, body, uses })
    }

    /// Fills the placeholders; secrets get places that only [`PreparedRequest::with_secrets`] fills.
    ///
    /// # Errors
    /// `RenderFault` names what is not there and why, or what can't be sent.
    pub fn render(&self, names: &Names<'_>) -> Result<Rendered<PreparedRequest>, RenderFault> {
        let mut reads = Vec::new();
        let url = self.url.write(names, &mut reads)?;
        check_url(&url)?;
        let mut headers = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            headers.push((name.clone(), value.write(names, &mut reads)?));
        }
        let body = match &self.body {
            None => None,
            Some(Body::Json(json)) => Some(PreparedBody::Json(json.write(names, &mut reads)?)),
            Some(Body::Text(text)) => Some(PreparedBody::Text(text.write(names, &mut reads)?)),
            Some(Body::Form(fields)) => {
                let fields = fields.iter().map(|(name, value)| Ok((name.clone(), value.write(names, &mut reads)?)));
                Some(PreparedBody::Form(fields.collect::<Result<_, RenderFault>>()?))
            }
        };
        let (method, marker, secrets) = (self.method.clone(), names.secrets.marker, self.uses.secrets.clone());
        Ok(Rendered { value: PreparedRequest { method, url, headers, body, marker, secrets }, reads })
    }

    /// What it names.
    #[must_use]
    pub const fn uses(&self) -> &Uses {
        &self.uses
    }
}

impl Body {
    fn compile(source: &BodySource, uses: &mut Uses) -> Result<Self, TemplateFault> {
        let text = |text: &str| Template::compile_with(text, Landing::Text, SecretRule::Places);
        let json = match source {
            BodySource::JsonText(text) => JsonTemplate::compile_with(text, SecretRule::Places)?,
            BodySource::Json(document) => JsonTemplate::of_with(document, SecretRule::Places)?,
            BodySource::Text(source) => {
                let template = text(source)?;
                uses.extend(template.uses());
                return Ok(Self::Text(Box::new(template)));
            }
            BodySource::Form(fields) => {
                let mut templates = Vec::with_capacity(fields.len());
                for (name, value) in fields {
                    let template = text(value)?;
                    uses.extend(template.uses());
                    templates.push((name.clone(), template));
                }
                return Ok(Self::Form(templates));
            }
        };
        uses.extend(json.uses());
        Ok(Self::Json(Box::new(json)))
    }
}

impl PreparedRequest {
    /// Fills the places of secrets.
    ///
    /// # Errors
    /// `SecretFault` names the secret that is missing, or can't stand where it is wanted.
    pub fn with_secrets(&self, find: &dyn Fn(&str) -> Option<String>) -> Result<ReadyRequest, SecretFault> {
        let mut secrets = Vec::with_capacity(self.secrets.len());
        for name in &self.secrets {
            let value = find(name).ok_or_else(|| SecretFault::Missing { name: name.clone() })?;
            secrets.push(Secret { name, mark: secret_mark(self.marker, name), value });
        }
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        for (header, value) in &self.headers {
            let unfit = |secret: &&Secret<'_>| value.contains(&secret.mark) && !is_header_value(&secret.value);
            if let Some(secret) = secrets.iter().find(unfit) {
                return Err(SecretFault::Unsendable { name: secret.name.to_owned(), header: header.clone() });
            }
            headers.push((header.clone(), filled(value, &secrets)));
        }
        let (kind, body) = match &self.body {
            None => {
                return Ok(ReadyRequest { method: self.method.clone(), url: self.url.clone(), headers, body: None });
            }
            Some(PreparedBody::Json(json)) => ("application/json", filled_json(json, &secrets).to_string()),
            Some(PreparedBody::Text(text)) => ("text/plain; charset=utf-8", filled(text, &secrets)),
            Some(PreparedBody::Form(fields)) => ("application/x-www-form-urlencoded", form(fields, &secrets)),
        };
        if headers.iter().all(|(name, _)| name != "content-type") {
            headers.push(("content-type".to_owned(), kind.to_owned()));
        }
        Ok(ReadyRequest { method: self.method.clone(), url: self.url.clone(), headers, body: Some(body) })
    }
}

struct Secret<'a> {
    name: &'a str,
    mark: String,
    value: String,
}

/// A text with its secrets. What is put in is not looked at again.
fn filled(text: &str, secrets: &[Secret<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, secret)) =
        secrets.iter().filter_map(|secret| Some((rest.find(&secret.mark)?, secret))).min_by_key(|(start, _)| *start)
    {
        out.push_str(&rest[..start]);
        out.push_str(&secret.value);
        rest = &rest[start + secret.mark.len()..];
    }
    out.push_str(rest);
    out
}

fn filled_json(json: &Value, secrets: &[Secret<'_>]) -> Value {
    match json {
        Value::Null | Value::Bool(_) | Value::Number(_) => json.clone(),
        Value::String(text) => filled(text, secrets).into(),
        Value::Array(items) => items.iter().map(|item| filled_json(item, secrets)).collect::<Vec<_>>().into(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (filled(name, secrets), filled_json(value, secrets)));
            Value::Object(fields.collect())
        }
    }
}

fn form(fields: &[(String, String)], secrets: &[Secret<'_>]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let fields = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(&filled(value, secrets))));
    fields.collect::<Vec<_>>().join("&")
}

fn fault(part: &str, reason: String) -> TemplateFault {
    TemplateFault::Request { part: part.to_owned(), reason }
}

fn check_header_name(name: &str) -> Result<(), TemplateFault> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(fault("headers", "the name of a header is letters, digits and hyphens".to_owned()));
    }
    if OURS.contains(&name) {
        return Err(fault(&format!("header `{name}`"), "the server sets it: leave it out".to_owned()));
    }
    Ok(())
}

/// Whoever is asked is the author's or the operator's choice, never a value's: the host ends before anything else begins.
fn check_host(url: &Template) -> Result<(), TemplateFault> {
    let mut written = String::new();
    for part in url.parts() {
        match part {
            Part::Text(text) => written.push_str(text),
            Part::Place(place) => {
                let host = written.split_once("://").and_then(|(_, rest)| rest.find(['/', '?', '#']));
                let ends = host.is_some_and(|length| length > 0);
                if !ends && !place.is_operators() {
                    let reason = "its scheme and host are written out or an `env.*`, and end with `/` before the first other placeholder";
                    return Err(fault("URL", reason.to_owned()));
                }
                if written.is_empty() {
                    // The operator's value brings scheme and host.
                    written.push_str("env://");
                }
                if !ends {
                    written.push('e');
                }
            }
        }
    }
    let is_http = ["http://", "https://", "env://"].iter().any(|scheme| written.starts_with(scheme));
    if is_http { Ok(()) } else { Err(fault("URL", "it begins with `https://`, `http://` or an `env.*`".to_owned())) }
}

fn check_url(url: &str) -> Result<(), RenderFault> {
    let unsendable = |reason: &str| RenderFault::Unsendable { part: "URL".to_owned(), reason: reason.to_owned() };
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Err(unsendable("it begins with neither `https://` nor `http://`"));
    };
    if rest.is_empty() || rest.starts_with(['/', '?', '#', '\\']) {
        return Err(unsendable("it names no host"));
    }
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unsendable(
            "it has a space, a control character or a letter outside of ASCII: encode what is written in it",
        ));
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if path.split(['/', '\\']).skip(1).any(is_dots) {
        return Err(unsendable("a segment of its path is `.` or `..`, which would lead to another path"));
    }
    Ok(())
}

/// Also as `%2e`: whoever reads the URL takes it for a dot.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}
