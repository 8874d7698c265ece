//! What a client meets instead of an answer.

use waybill_protocol::{ErrorBody, guest::FrameClass};

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address can't be used.
    #[error("`{0}` is no address of a server; use `http://HOST:PORT`")]
    Address(String),
    /// The socket was not opened.
    #[error("the socket was not opened: {0}")]
    NotOpened(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    /// The server refused the upgrade (403: the origin).
    #[error("the server refused the upgrade with {0}")]
    UpgradeRefused(u16),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[source] Box<tokio_tungstenite::tungstenite::Error>),
    /// The server closed the connection.
    #[error("the server closed the connection: {code} {reason}")]
    Closed {
        /// The WebSocket code; 1005 when it gave none, 1006 when the connection just ended.
        code: u16,
        /// Its words.
        reason: String,
    },
    /// The server said nothing for too long.
    #[error("the server was silent for {0} s")]
    Silent(u64),
    /// The server answered with an error.
    #[error("the server refused: {0}")]
    Refused(Box<Refused>),
    /// The server's answer is not what the protocol says.
    #[error("the server's answer can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The server's answer is of another class than the call expects.
    #[error("the server answered with class {0:?}")]
    Unexpected(FrameClass),
    /// HTTP did not work.
    #[error("the request failed: {0}")]
    Http(#[from] reqwest::Error),
}

impl ClientError {
    /// The refusal, where the server refused.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            _ => None,
        }
    }
}

/// An error frame, or an HTTP answer that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The class of the frame; `None` for HTTP.
    pub class: Option<FrameClass>,
    /// The code of the frame, or the HTTP status.
    pub code: u16,
    /// The text that clients of the field's protocol read.
    pub text: String,
    /// The whole error.
    pub error: Option<ErrorBody>,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}
