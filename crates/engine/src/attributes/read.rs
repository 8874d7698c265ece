//! Readers: raw JSON text in, every key out, whatever container or form it came in (L3, L11, L12).

use waybill_model::{Form, Rule};

use super::{
    admission::Refused,
    handed::{Given, Handed, Place},
    policy::CompiledPolicy,
    raw::{self, Kind, Member, NotAnObject},
    receipts,
};

mod misplaced;
mod options;
mod surface;
mod token;

use options::Options;
use surface::Surface;

pub use token::read_token;

/// The ways in which a page calls the SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallForm {
    /// `new WebMessagingClient(…).startChat({customData})`.
    WebMessagingClient,
    /// The same method with `{attributes: {custom}}`.
    GenericAttributes,
    /// Flat options: `{customerId, name, email}`.
    FlatOptions,
    /// The page command of the field's own messenger: `{messaging: {customAttributes}}`.
    Command,
}

/// What a page gave to `startChat`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StartOptions {
    /// The context and the customer.
    pub handed: Handed,
    /// The first message.
    pub message: Option<String>,
    /// Whether another conversation is wanted although one is live (START2).
    pub start_new: bool,
}

/// What an API client gave to start a conversation (REST1).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WebchatStart {
    /// The context and the customer.
    pub handed: Handed,
    /// The first message.
    pub message: Option<String>,
    /// Routing wishes as JSON text.
    pub routing: Option<String>,
}

/// Reads the options of `startChat`.
///
/// # Errors
/// `Refused` when the text is not JSON, or something other than a map stands where a map of context belongs.
pub fn read_start(form: CallForm, options: &str, policy: &CompiledPolicy) -> Result<StartOptions, Box<Refused>> {
    let Options { handed, message, start_new, routing: _ } = options::read(Surface::Start(form), options, policy)?;
    Ok(StartOptions { handed, message, start_new })
}

/// Reads the options of `setContext`: the containers and the customer of `startChat`.
///
/// # Errors
/// As `read_start`.
pub fn read_context(form: CallForm, options: &str, policy: &CompiledPolicy) -> Result<Handed, Box<Refused>> {
    Ok(options::read(Surface::Context(form), options, policy)?.handed)
}

/// Reads the body of a start over REST (REST1).
///
/// # Errors
/// As `read_start`.
pub fn read_webchat(body: &str, policy: &CompiledPolicy) -> Result<WebchatStart, Box<Refused>> {
    let Options { handed, message, start_new: _, routing } = options::read(Surface::Webchat, body, policy)?;
    Ok(WebchatStart { handed, message, routing })
}

/// Reads a flat map of attributes.
///
/// # Errors
/// `Refused` when the text is not a JSON object.
pub fn read_map(form: Form, json: &str, policy: &CompiledPolicy) -> Result<Handed, Box<Refused>> {
    read_maps(form, &[json], policy)
}

/// Reads several flat maps of one call, the outermost first: where they disagree admission says so (CTX6, CTX10).
///
/// # Errors
/// As `read_map`.
pub fn read_maps(form: Form, maps: &[&str], policy: &CompiledPolicy) -> Result<Handed, Box<Refused>> {
    let place = match form.as_str().rsplit_once('.') {
        Some((_, place)) => place,
        None => form.as_str(),
    };
    let mut given = Vec::new();
    for json in maps {
        let members = raw::members(json).map_err(|error| not_a_map(policy, place, form, error))?;
        given.extend(members.into_iter().map(|member| Given::new(member, form, Place::Attribute)));
    }
    Ok(Handed { given })
}

/// Reads the members of a container that has to be a map.
fn container<'a>(
    policy: &CompiledPolicy,
    path: &str,
    form: Form,
    json: &'a str,
) -> Result<Vec<Member<'a>>, Box<Refused>> {
    raw::members(json).map_err(|error| not_a_map(policy, path, form, error))
}

fn not_a_map(policy: &CompiledPolicy, place: &str, form: Form, error: NotAnObject) -> Box<Refused> {
    let (rule, reason, remedy) = match error {
        NotAnObject::Malformed { line, column } => {
            let reason = format!("The text stops being JSON at line {line}, column {column}.");
            (Rule::MalformedJson, reason, "Send valid JSON.")
        }
        NotAnObject::Other(kind) => {
            let reason = format!("`{place}` is {}; it has to be an object with one value per key.", kind.article());
            let remedy = match kind {
                Kind::Text => "Hand over the object itself, not text made from it.",
                Kind::Null => "Leave it out when there is nothing to hand over.",
                Kind::Bool | Kind::Number | Kind::Array | Kind::Object => "Hand over an object.",
            };
            (Rule::WrongType, reason, remedy)
        }
    };
    receipts::unreadable(policy, place, form, rule, [reason, remedy.to_owned()])
}
