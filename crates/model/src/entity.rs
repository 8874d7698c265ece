//! What is administered: users, roles, queues, webhooks … – documents with a name, found by id, listed by name (LOG8).

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Actor, OrganizationId, Time};

/// A kind of thing that is administered. Its JSON is what the store keeps.
pub trait Entity: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The field's word for it: `user`, `role`, `queue`.
    const KIND: &'static str;

    /// Its id.
    fn uuid(&self) -> Uuid;

    /// Its tenant.
    fn organization_id(&self) -> OrganizationId;

    /// The name by which lists are sorted and searched; hostile text.
    fn name(&self) -> &str;

    /// Names by which it is found without knowing its tenant (LOG7), such as a login name; each belongs to one thing of
    /// its kind on the whole server.
    fn unique_keys(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The usual entity: `id`, `organization_id` and `name` are fields; its unique names, where it has any, come of the closure.
macro_rules! entity {
    ($type:ident = $kind:literal $(, |$it:ident| $keys:expr)?) => {
        impl $crate::Entity for $type {
            const KIND: &'static str = $kind;
            fn uuid(&self) -> uuid::Uuid {
                self.id.uuid()
            }
            fn organization_id(&self) -> $crate::OrganizationId {
                self.organization_id
            }
            fn name(&self) -> &str {
                &self.name
            }
            $(fn unique_keys(&self) -> Vec<String> {
                let $it = self;
                $keys
            })?
        }
    };
}
pub(crate) use entity;

/// One stored entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRecord {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its unique names.
    pub unique_keys: Vec<String>,
    /// 1 when it was created, one more with each change.
    pub version: u64,
    /// Itself, as JSON text.
    pub payload: String,
}

/// One change of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityChange {
    /// Creates it (version 1), or replaces the version before this one.
    Put(EntityRecord),
    /// Takes it away.
    Delete {
        /// Its kind.
        kind: String,
        /// Its id.
        id: Uuid,
    },
}

/// What the audit log keeps of an administrative change, or of somebody's reading personal context (LOG8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who.
    pub by: Actor,
    /// What was done: `queue.created`, `personal.read`.
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// When.
    pub at: Time,
    /// What changed, by field name, or why; never a secret, never an attribute's value.
    pub details: String,
}

/// A row of the audit log: each carries the hash of everything before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number within the server.
    pub number: u64,
    /// What it says.
    pub entry: AuditEntry,
    /// SHA-256 over the former row's hash and this row.
    pub hash: [u8; 32],
}

/// A name is taken once per organization, whatever the case.
pub(crate) fn name_in(organization: OrganizationId, name: &str) -> String {
    format!("{organization}:{}", name.trim().to_lowercase())
}
