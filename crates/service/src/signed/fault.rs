//! Why a token is not believed. Names of members and rules; never a part of the token.

/// Why an identity token is not believed: each is a 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Larger than a token may be.
    #[error("the identity token is larger than {0} bytes; sign less")]
    TooLarge(usize),
    /// Not a signed JWT.
    #[error("the identity token is not a signed JWT: {0}; send what the site's server signed, unchanged")]
    Malformed(&'static str),
    /// The header asks for what this server does not do.
    #[error("the identity token's header has `{0}`, which is not taken; sign with `alg`, `kid` and `typ` alone")]
    Header(&'static str),
    /// It names another algorithm than the key's.
    #[error("the identity token names another algorithm than its key has; sign with the algorithm of the key")]
    Algorithm,
    /// The deployment has no key at all.
    #[error("the deployment has no signing key; create one, or start without `identityToken`")]
    NoKey,
    /// It names a key that the deployment does not have, or that has ended.
    #[error(
        "the identity token's key is unknown or has ended; put the id of a signing key of the deployment into `kid`"
    )]
    UnknownKey,
    /// The signature does not fit.
    #[error("the identity token's signature does not fit; check which key and which secret the site's server uses")]
    Signature,
    /// A claim is missing or of the wrong kind.
    #[error("the identity token's claim `{claim}` {rule}")]
    Claim {
        /// Which.
        claim: &'static str,
        /// What is wrong with it, and what to do.
        rule: &'static str,
    },
    /// It was made for somebody else.
    #[error("the identity token was made for somebody else; put the deployment's id into `aud`")]
    Audience,
    /// It was made by somebody else.
    #[error("the identity token was made by somebody else; put the key's issuer into `iss`")]
    Issuer,
    /// Its time is over.
    #[error("the identity token has ended; sign a new one for each start, and check the clock of the site's server")]
    Expired,
    /// It would be good for too long.
    #[error("the identity token is good for too long; `exp` is at most 600 seconds after `iat`")]
    Lifetime,
    /// Its time has not come.
    #[error("the identity token is not good yet; check the clock of the site's server")]
    NotYetValid,
    /// It was believed before.
    #[error("the identity token was used before; sign a new one, with a new `jti`, for each start")]
    Spent,
}

impl TokenFault {
    /// The machine-readable kind.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "identity_token_too_large",
            Self::Malformed(_) => "identity_token_malformed",
            Self::Header(_) => "identity_token_header",
            Self::Algorithm => "identity_token_algorithm",
            Self::NoKey => "identity_token_no_key",
            Self::UnknownKey => "identity_token_unknown_key",
            Self::Signature => "identity_token_signature",
            Self::Claim { .. } => "identity_token_claim",
            Self::Audience => "identity_token_audience",
            Self::Issuer => "identity_token_issuer",
            Self::Expired => "identity_token_expired",
            Self::Lifetime => "identity_token_lifetime",
            Self::NotYetValid => "identity_token_not_yet_valid",
            Self::Spent => "identity_token_spent",
        }
    }
}
