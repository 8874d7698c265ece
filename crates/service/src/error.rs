//! What a use case can answer instead of success. Each edge turns these into its own bodies, once (DESIGN's table).

use std::time::Duration;

use waybill_engine::attributes::Refused;
use waybill_model::Receipt;
use waybill_store::{CommitError, StoreError};

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// 400: the context was refused; the receipt lists every fault.
    #[error("the context was refused: {}", faults(.0))]
    Refused(Box<Receipt>),
    /// 400: some other field is wrong.
    #[error("`{field}` {rule}; {remedy}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// The rule that it breaks.
        rule: String,
        /// What to do.
        remedy: String,
    },
    /// 400: another region.
    #[error(
        "this server is region `{server}`, the client asked for `{given}`; use `{server}` or the server of that region"
    )]
    RegionMismatch {
        /// Ours.
        server: String,
        /// The client's, cut to 64 bytes.
        given: String,
    },
    /// 400 (4011 for guests): the text is too long.
    #[error("the message has {bytes} bytes, at most {max} are allowed; send it in parts")]
    MessageTooLong {
        /// Its bytes.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// 401: no such deployment.
    #[error("the deployment is unknown; check `deploymentId`")]
    UnknownDeployment,
    /// 401: the deployment belongs to another organization.
    #[error("the organization does not fit the deployment; check `orgId`")]
    WrongOrganization,
    /// 401: the deployment is switched off.
    #[error("the deployment is inactive; set its status to Active")]
    InactiveDeployment,
    /// 401: no or bad credentials.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// 401: an identity token that is not believed.
    #[error(transparent)]
    IdentityToken(#[from] crate::TokenFault),
    /// 403: the origin may not embed this deployment.
    #[error("the origin may not use this deployment; add its host to the deployment's allowed domains")]
    OriginDenied,
    /// 403: the token lacks a right.
    #[error("the token lacks the permission `{0}`")]
    MissingPermission(&'static str),
    /// 403: the token lacks a right for a context key.
    #[error("the token lacks the permission `{permission}` for the key `{key}`")]
    MissingKeyPermission {
        /// The permission.
        permission: &'static str,
        /// The key.
        key: String,
    },
    /// 404: not there, or private.
    #[error("{kind} `{id}` not found")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// Its id as given, cut to 64 bytes.
        id: String,
    },
    /// 409: the start token came with another body.
    #[error("the start token was used with another body; draw a new one for each start")]
    StartTokenReused,
    /// 409: a name, address or id is taken.
    #[error("{0} exists already; choose another")]
    Taken(String),
    /// 409: what was to be changed was changed by somebody else meanwhile.
    #[error("{0} was changed in between; read it again and repeat the change")]
    Stale(String),
    /// 409: the thing can't go from its state to the wanted one.
    #[error("{what} {rule}; {remedy}")]
    WrongState {
        /// What.
        what: String,
        /// What stands in the way.
        rule: String,
        /// What to do.
        remedy: String,
    },
    /// 410: the cursor is of another epoch, or too old.
    #[error("the cursor is too old or of another epoch; begin again without one, at `{begin}`")]
    CursorGone {
        /// Where the log begins now.
        begin: String,
    },
    /// 412: somebody else wrote in between.
    #[error("the revision is {found}, not {expected}; read again and repeat the change")]
    RevisionMismatch {
        /// The caller's.
        expected: u64,
        /// Ours.
        found: u64,
    },
    /// 429: too fast; decided before any side effect.
    #[error("too many {what}; retry after {} s", seconds(*.retry_after))]
    Throttled {
        /// Of what.
        what: &'static str,
        /// When a retry can succeed.
        retry_after: Duration,
    },
    /// 503: the store can't take it now.
    #[error("the server can't store this now; retry after {} s", seconds(*.retry_after))]
    Unavailable {
        /// For the log only.
        cause: String,
        /// When to retry.
        retry_after: Duration,
    },
    /// At start: the database's secrets were sealed under another master key.
    #[error("the master key is not the one of this database; bring back its `master.key`, or set WAYBILL_MASTER_KEY")]
    WrongMasterKey,
    /// 500: a bug.
    #[error("internal error")]
    Bug(String),
}

/// Whole seconds of a wait, rounded up, at least one: the number in `Retry-After`.
#[must_use]
pub fn seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl ServiceError {
    pub(crate) fn not_found(kind: &'static str, id: impl std::fmt::Display) -> Self {
        Self::NotFound { kind, id: cut(&id.to_string(), 64) }
    }

    pub(crate) fn busy(cause: impl Into<String>) -> Self {
        Self::Unavailable { cause: cause.into(), retry_after: Duration::from_secs(1) }
    }
}

/// The first bytes of a stranger's text, cut at a character.
#[must_use]
pub(crate) fn cut(text: &str, bytes: usize) -> String {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn faults(receipt: &Receipt) -> String {
    let faulty = receipt.entries.iter().filter_map(|entry| {
        entry.rule.map(|rule| match &entry.remedy {
            Some(remedy) => format!("`{}` {} ({remedy})", cut(&entry.key, 64), rule.as_str()),
            None => format!("`{}` {}", cut(&entry.key, 64), rule.as_str()),
        })
    });
    faulty.take(8).collect::<Vec<_>>().join("; ")
}

impl From<Box<Refused>> for ServiceError {
    fn from(refused: Box<Refused>) -> Self {
        Self::Refused(Box::new(refused.receipt))
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::busy(error.to_string()),
            StoreError::TooWide(what) => Self::Invalid {
                field: "interval",
                rule: format!("meets {what}"),
                remedy: "ask for a shorter interval, or filter more narrowly".to_owned(),
            },
            StoreError::Stale(what) => Self::Stale(what),
            StoreError::Exists(what) => Self::Taken(what),
            StoreError::Corrupt { .. } => Self::Bug(error.to_string()),
        }
    }
}

impl From<CommitError> for ServiceError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Full => Self::Unavailable { cause: error.to_string(), retry_after: Duration::from_secs(30) },
            CommitError::Conflict { .. } | CommitError::JobGone => Self::busy(error.to_string()),
            CommitError::StartTokenUsed(_) => Self::StartTokenReused,
            CommitError::TokenSpent => Self::IdentityToken(crate::TokenFault::Spent),
        }
    }
}
