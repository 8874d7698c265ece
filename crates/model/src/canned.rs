//! Canned replies: texts with placeholders, kept in libraries.

use serde::{Deserialize, Serialize};

use crate::entity::{entity, name_in};
use crate::{Actor, LibraryId, OrganizationId, ResponseId, Time};

/// A library of canned replies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Library {
    /// Its id.
    pub id: LibraryId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// Who created it.
    pub by: Actor,
    /// When it was created.
    pub created_at: Time,
}

entity!(Library = "library", |it| vec![name_in(it.organization_id, &it.name)]);

/// One canned reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CannedResponse {
    /// Its id.
    pub id: ResponseId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Its name, hostile text.
    pub name: String,
    /// The libraries that it stands in, at least one.
    pub libraries: Vec<LibraryId>,
    /// Its texts, at least one, with placeholders in the language of flows.
    pub texts: Vec<CannedText>,
    /// Who created it.
    pub by: Actor,
    /// When it was created.
    pub created_at: Time,
}

entity!(CannedResponse = "response");

/// One text of a canned reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CannedText {
    /// The text, hostile, as it was written.
    pub content: String,
    /// What it is.
    pub kind: CannedKind,
}

/// What a canned text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CannedKind {
    /// Plain text.
    Plain,
    /// HTML: what is filled in is escaped.
    Html,
}

impl CannedKind {
    /// The media type on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "text/plain",
            Self::Html => "text/html",
        }
    }
}
