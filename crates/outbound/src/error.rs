//! What can go wrong, in words for who gave the URL. No address that a look-up found is ever named.

use std::time::Duration;

/// A URL that requests do not go to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Longer than a URL may be.
    #[error("a URL has at most {0} characters")]
    TooLong(usize),
    /// It can't be read, or holds blanks, control characters or backslashes, which programs read differently.
    #[error("this is no complete URL; write it like `https://hooks.example.com/path`, without blanks and backslashes")]
    Malformed,
    /// Another scheme than HTTP's.
    #[error("URLs begin with `https://`")]
    Scheme,
    /// `http` where only `https` is allowed.
    #[error("URLs begin with `https://`; the operator may allow `http` by `outbound.allow_http`")]
    PlainHttp,
    /// `user:password@` in it.
    #[error("a URL holds no user and no password; say who you are in a header")]
    Credentials,
    /// A port of something else.
    #[error("port {0} is not for HTTP; use 443 or another one, or ask the operator for `outbound.allow_ports`")]
    Port(u16),
    /// Not on the public internet.
    #[error(
        "`{0}` is not an address on the public internet; use a public one, or ask the operator for \
         `outbound.allow_networks` or `outbound.allow_hosts`"
    )]
    Address(String),
}

impl Denied {
    /// The rule's name, for logs and error codes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong(_) => "url_too_long",
            Self::Malformed => "url_malformed",
            Self::Scheme => "scheme_not_allowed",
            Self::PlainHttp => "plain_http_not_allowed",
            Self::Credentials => "credentials_in_url",
            Self::Port(_) => "port_not_allowed",
            Self::Address(_) => "address_not_allowed",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The request must not go there.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The request itself is out of bounds.
    #[error("the request has too {what}: at most {most}")]
    RequestTooLarge {
        /// `many headers`, …
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// The request names a header that the connection itself needs.
    #[error("`{0}` is set by the server itself; leave it out")]
    ReservedHeader(String),
    /// The name leads nowhere.
    #[error("`{0}` was not found; check the name")]
    NameNotFound(String),
    /// Nobody answers there, or not in HTTP.
    #[error("no connection; check that the other side listens there")]
    NotConnected,
    /// The other side's certificate is not accepted, or it speaks no TLS.
    #[error("no trusted TLS connection; check the certificate of the other side")]
    Untrusted,
    /// This machine has no list of authorities to trust.
    #[error("this server trusts no certificate authority; install the system's certificates or name some")]
    NoAuthorities,
    /// It took too long.
    #[error("no complete answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The answer is out of bounds.
    #[error("the answer has too {what}: at most {most}")]
    AnswerTooLarge {
        /// `many bytes`, …
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// The connection broke, or what came was not HTTP.
    #[error("the answer could not be read to its end")]
    Broken,
}

impl OutboundError {
    /// A short name, for logs, metrics and delivery logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Denied(denied) => denied.code(),
            Self::RequestTooLarge { .. } => "request_too_large",
            Self::ReservedHeader(_) => "reserved_header",
            Self::NameNotFound(_) => "name_not_found",
            Self::NotConnected => "not_connected",
            Self::Untrusted => "untrusted",
            Self::NoAuthorities => "no_authorities",
            Self::TimedOut(_) => "timed_out",
            Self::AnswerTooLarge { .. } => "answer_too_large",
            Self::Broken => "answer_broken",
        }
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The extra authorities can't be read.
    #[error("the additional certificate authorities can't be used: {0}; give certificates in PEM")]
    Authorities(String),
    /// TLS can't be set up.
    #[error("TLS for outbound requests can't be set up")]
    Tls(#[source] rustls::Error),
}
