//! Hashes over canonical bytes: checksums of rows, and the short keys of `facets`, `lookups` and message ids.

use twox_hash::XxHash3_64;
use waybill_model::{Conversation, DeploymentId, OrganizationId, Participant, Purpose, QueueId, TokenHash, UserId};

/// Collects fields in a form in which no two lists of fields look alike.
pub(super) struct Digest {
    bytes: Vec<u8>,
}

impl Digest {
    /// `domain` keeps hashes of different tables apart.
    pub(super) fn new(domain: &str) -> Self {
        Self { bytes: Vec::with_capacity(192) }.bytes(domain.as_bytes())
    }

    pub(super) fn number(mut self, number: i64) -> Self {
        self.bytes.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub(super) fn maybe(mut self, number: Option<i64>) -> Self {
        self.bytes.push(u8::from(number.is_some()));
        self.number(number.unwrap_or_default())
    }

    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Long bytes enter as their own hash, which the caller's task has computed already.
    pub(super) fn hashed(self, hash: u64) -> Self {
        self.number(hash.cast_signed())
    }

    pub(super) fn finish(self) -> i64 {
        XxHash3_64::oneshot(&self.bytes).cast_signed()
    }
}

/// The hash of a payload's bytes.
pub(super) fn payload_hash(payload: &[u8]) -> u64 {
    XxHash3_64::oneshot(payload)
}

/// The checksum of a plain row: its table, its key and its payload.
pub(super) fn row_checksum(table: &str, key: &[u8], payload: &[u8]) -> i64 {
    Digest::new(table).bytes(key).hashed(payload_hash(payload)).finish()
}

/// The short form of a client's message id in the log's index.
pub(super) fn message_key(client_id: &str) -> i64 {
    Digest::new("message").bytes(client_id.as_bytes()).finish()
}

/// The `lookups.owner` of everything that one token owns in one deployment.
pub(super) fn owner_key(deployment: DeploymentId, owner: TokenHash) -> i64 {
    Digest::new("owner").bytes(deployment.uuid().as_bytes()).bytes(&owner.0).finish()
}

/// The `lookups.item` of a session.
pub(super) const SESSION_ITEM: i64 = 0;

/// The `lookups.item` of a start token; never that of a session.
pub(super) fn start_item(token: &str) -> i64 {
    Digest::new("start").bytes(token.as_bytes()).finish() | 1
}

/// Every conversation of a tenant.
pub(super) fn organization_facet(organization: OrganizationId) -> i64 {
    Digest::new("organization").bytes(organization.uuid().as_bytes()).finish()
}

/// Every conversation of a deployment.
pub(super) fn deployment_facet(organization: OrganizationId, deployment: DeploymentId) -> i64 {
    Digest::new("deployment").bytes(organization.uuid().as_bytes()).bytes(deployment.uuid().as_bytes()).finish()
}

/// Every conversation with a key, or with a key and the text form of its value.
pub(super) fn attribute_facet(organization: OrganizationId, key: &str, value: Option<&str>) -> i64 {
    let digest = Digest::new("attribute").bytes(organization.uuid().as_bytes()).bytes(key.as_bytes());
    match value {
        Some(value) => digest.bytes(value.as_bytes()).finish(),
        None => digest.finish(),
    }
}

/// Every conversation that routing must know.
pub(super) fn routed_facet(organization: OrganizationId) -> i64 {
    Digest::new("routed").bytes(organization.uuid().as_bytes()).finish()
}

/// Every conversation that waits in a queue.
pub(super) fn queue_facet(organization: OrganizationId, queue: QueueId) -> i64 {
    Digest::new("queue").bytes(organization.uuid().as_bytes()).bytes(queue.uuid().as_bytes()).finish()
}

/// Every conversation that an agent works on.
pub(super) fn agent_facet(organization: OrganizationId, user: UserId) -> i64 {
    Digest::new("agent").bytes(organization.uuid().as_bytes()).bytes(user.uuid().as_bytes()).finish()
}

/// Whose work a conversation is: who has it, is alerted to it, or owes a wrap-up for it.
pub(super) fn agents_at_work(conversation: &Conversation) -> impl Iterator<Item = UserId> {
    let goes_on = conversation.ended_at.is_none();
    let works = move |one: &&Participant| {
        one.purpose == Purpose::Agent && (one.owes_wrapup || goes_on && one.left_at.is_none())
    };
    conversation.participants.iter().filter(works).filter_map(|one| one.user_id)
}

/// The queue that a conversation waits in.
pub(super) fn queue_of(conversation: &Conversation) -> Option<QueueId> {
    conversation.queued.as_ref().filter(|_| conversation.ended_at.is_none()).map(|queued| queued.queue_id)
}

/// Whether a routing board must know a conversation.
pub(super) fn is_routed(conversation: &Conversation) -> bool {
    queue_of(conversation).is_some() || agents_at_work(conversation).next().is_some()
}

/// Everything that a conversation is listed by, in order and without doubles.
pub(super) fn facets(conversation: &Conversation) -> Vec<i64> {
    let organization = conversation.organization_id;
    let mut facets = vec![organization_facet(organization), deployment_facet(organization, conversation.deployment_id)];
    for (key, attribute) in conversation.context().iter().flat_map(|context| &context.stored) {
        facets.push(attribute_facet(organization, key, None));
        if let Some(text) = attribute.value.to_text() {
            facets.push(attribute_facet(organization, key, Some(&text)));
        }
    }
    if is_routed(conversation) {
        facets.push(routed_facet(organization));
    }
    facets.extend(queue_of(conversation).map(|queue| queue_facet(organization, queue)));
    facets.extend(agents_at_work(conversation).map(|user| agent_facet(organization, user)));
    facets.sort_unstable();
    facets.dedup();
    facets
}
