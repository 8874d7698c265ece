//! From text to a frame. What can't be read is named without repeating any of it.

use serde::{Deserialize, de::DeserializeOwned};

use super::{
    frame::{
        CloseSessionFrame, ConfigureSessionFrame, EchoFrame, GetConfigurationFrame, GetJwtFrame, GuestFrame,
        OnMessageFrame, RateConversationFrame, ReceiptFrame, SetContextFrame, StartChatFrame,
    },
    tolerant::label,
};

/// A frame that was read, with what its answer needs.
#[derive(Debug)]
pub struct Received {
    /// Comes back with the answer.
    pub tracing_id: Option<String>,
    /// Whether the action is one of ours, whose errors have class `Error`.
    pub own_action: bool,
    /// The frame.
    pub frame: Result<GuestFrame, Unreadable>,
}

/// Why a frame was not read. No word of the frame stands in here, but the name of its action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON.
    #[error("the frame is not JSON: column {column} of line {line} is wrong; send one JSON object per text frame")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but a field is of another type than the action needs, missing or there twice.
    #[error(
        "the frame is not a valid `{action}`: the field that ends at column {column} of line {line} is missing, there \
         twice or of the wrong type; compare it with the protocol"
    )]
    Misshapen {
        /// The action.
        action: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The frame names no action.
    #[error("the frame has no `action`; use one of {}", served())]
    NoAction,
    /// An action of the protocol that this server does not serve yet.
    #[error("the action `{0}` is not served yet; use one of {served}", served = served())]
    NotServed(&'static str),
    /// An action that nobody knows.
    #[error("the action is unknown; use one of {}", served())]
    UnknownAction,
}

fn served() -> String {
    GuestFrame::ACTIONS.map(|action| format!("`{action}`")).join(", ")
}

/// Actions of the field's protocol that have no use case here yet.
const NOT_SERVED: [&str; 6] = [
    "configureAuthenticatedSession",
    "onAttachment",
    "getAttachment",
    "deleteAttachment",
    "disconnectCustomer",
    "resumeToken",
];

/// What is read first of every frame.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(default, deserialize_with = "label")]
    action: Option<String>,
    #[serde(default, deserialize_with = "label")]
    tracing_id: Option<String>,
}

/// Reads a frame.
#[must_use]
pub fn read_frame(text: &str) -> Received {
    let malformed = |line, column| {
        let frame = Err(Unreadable::Malformed { line, column });
        Received { tracing_id: None, own_action: false, frame }
    };
    // A list would fill the fields one after another.
    if !text.trim_ascii_start().starts_with('{') {
        return malformed(1, 1);
    }
    let Head { action, tracing_id } = match serde_json::from_str(text) {
        Ok(head) => head,
        Err(error) => return malformed(error.line(), error.column()),
    };
    let action = action.as_deref();
    let frame = match action {
        Some("configureSession") => {
            read::<ConfigureSessionFrame>(text, "configureSession").map(GuestFrame::ConfigureSession)
        }
        Some("startChat") => read::<StartChatFrame>(text, "startChat").map(GuestFrame::StartChat),
        Some("setContext") => read::<SetContextFrame>(text, "setContext").map(GuestFrame::SetContext),
        Some("rateConversation") => {
            read::<RateConversationFrame>(text, "rateConversation").map(GuestFrame::RateConversation)
        }
        Some("receipt") => read::<ReceiptFrame>(text, "receipt").map(GuestFrame::Receipt),
        Some("onMessage") => read::<OnMessageFrame>(text, "onMessage").map(GuestFrame::OnMessage),
        Some("echo") => read::<EchoFrame>(text, "echo").map(GuestFrame::Echo),
        Some("closeSession") => read::<CloseSessionFrame>(text, "closeSession").map(GuestFrame::CloseSession),
        Some("getConfiguration") => {
            read::<GetConfigurationFrame>(text, "getConfiguration").map(GuestFrame::GetConfiguration)
        }
        Some("getJwt") => read::<GetJwtFrame>(text, "getJwt").map(GuestFrame::GetJwt),
        Some(other) => Err(NOT_SERVED
            .into_iter()
            .find(|known| *known == other)
            .map_or(Unreadable::UnknownAction, Unreadable::NotServed)),
        None => Err(Unreadable::NoAction),
    };
    Received {
        tracing_id,
        own_action: matches!(action, Some("startChat" | "setContext" | "rateConversation" | "receipt")),
        frame,
    }
}

fn read<F: DeserializeOwned>(text: &str, action: &'static str) -> Result<F, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable::Misshapen {
        action,
        line: error.line(),
        column: error.column(),
    })
}
