//! Requests: made, listed, read, and their certificates.

use std::fmt::Write as _;

use waybill_model::{
    Conversation, ConversationId, ErasedConversation, ErasureTotals, PrivacyRequest, PrivacyRequestId,
    PrivacyRequestKind, PrivacyStatus, PrivacySubject, policy::CRM_CUSTOMER_ID,
};
use waybill_store::EntityFilter;

use crate::{Caller, Divisions, EntityList, Service, ServiceError, Versioned, ambient::hash_parts, entities::Act};

/// Longest value that is sought, in bytes.
const VALUE_BYTES: usize = 4_096;
/// Longest name of a key, in bytes.
const KEY_BYTES: usize = 128;
/// Requests that a list looks at for somebody who reaches some divisions only: the newest.
const LOOKED_AT: u32 = 500;
/// Requests of one organization that may wait.
const WAITING: u64 = 1_000;

/// Whose data somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WishedSubject {
    /// A key under any of its names (`crmCustomerId` where absent), and the text form of its value.
    Attribute {
        /// The key.
        key: Option<String>,
        /// The value.
        value: String,
    },
    /// One conversation, as text.
    Conversation(String),
}

/// The same under its former name.
pub type SubjectWish = WishedSubject;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivacyWish {
    /// Erasure or export.
    pub kind: PrivacyRequestKind,
    /// Whose data.
    pub subject: WishedSubject,
}

/// A page of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificatePage {
    /// The request, with the totals.
    pub request: PrivacyRequest,
    /// SHA-256 over what was asked for: request, type, subject, time.
    pub request_hash: String,
    /// Conversations, in the order in which they were erased.
    pub conversations: Vec<ErasedConversation>,
    /// Where to go on; absent on the last page.
    pub next: Option<u64>,
}

impl Service {
    /// Takes a request on; it is worked on at once, and again after a restart.
    ///
    /// # Errors
    /// `NotFound` for a conversation, `Invalid`, `WrongState` when too many wait, `MissingKeyPermission` for an export by a
    /// personal key that the caller may not see.
    pub async fn create_privacy_request(
        &self,
        caller: &Caller,
        wish: PrivacyWish,
    ) -> Result<PrivacyRequest, ServiceError> {
        let PrivacyWish { kind, subject } = wish;
        let organization = caller.organization_id();
        let open = EntityFilter { name: Some("open".to_owned()), limit: 1, ..EntityFilter::default() };
        if self.list_entities::<PrivacyRequest>(organization, open).await?.total >= WAITING {
            return Err(ServiceError::WrongState {
                what: "the organization".to_owned(),
                rule: format!("has {WAITING} requests waiting"),
                remedy: "wait until they are done".to_owned(),
            });
        }
        let id = PrivacyRequestId::new(self.inner.ambient.uuid());
        let (subject, said) = match subject {
            WishedSubject::Conversation(text) => {
                let conversation: ConversationId = self.conversation_by_text(caller, &text).await?.id;
                (PrivacySubject::Conversation { conversation_id: conversation }, "one conversation".to_owned())
            }
            WishedSubject::Attribute { key, value } => {
                let key = key.unwrap_or_else(|| CRM_CUSTOMER_ID.to_owned());
                check_subject(&key, &value)?;
                if kind == PrivacyRequestKind::Export {
                    self.check_searched_key(caller, &key).await?;
                }
                let salt = hex(&self.inner.ambient.bytes::<16>());
                let value_hash = hex(&hash_parts(&[salt.as_bytes(), value.as_bytes()]));
                let sealed = Some(self.seal(&purpose(id), value.as_bytes())?);
                let said = format!("by the key `{key}`");
                (PrivacySubject::Attribute { key, salt, value_hash, sealed }, said)
            }
        };
        let mut request = PrivacyRequest {
            id,
            organization_id: organization,
            kind,
            subject,
            status: PrivacyStatus::Initiated,
            created_at: self.inner.ambient.now(),
            by: caller.actor(),
            divisions: match caller.divisions() {
                Divisions::All => None,
                Divisions::Some(divisions) => Some(divisions.iter().copied().collect()),
            },
            completed_at: None,
            expires_at: None,
            totals: ErasureTotals::default(),
            label: String::new(),
        };
        request.label = request.label_of();
        let act = Act::of(caller, "gdpr.requested", id.uuid()).saying(format!("{} {said}", kind.as_str()));
        self.create_entity(&request, act).await?;
        self.inner.privacy.asked.notify_one();
        Ok(request)
    }

    /// A request.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_privacy_request(&self, caller: &Caller, id: &str) -> Result<PrivacyRequest, ServiceError> {
        let Versioned { entity, version: _ } = self.get_entity(caller.organization_id(), id).await?;
        // What was asked by somebody who reaches further tells of conversations elsewhere (ACC2).
        if is_within(&entity, caller.divisions()) {
            Ok(entity)
        } else {
            Err(ServiceError::not_found("gdprRequest", id))
        }
    }

    /// Requests, the newest first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn list_privacy_requests(
        &self,
        caller: &Caller,
        offset: u64,
        limit: u32,
    ) -> Result<EntityList<PrivacyRequest>, ServiceError> {
        if *caller.divisions() == Divisions::All {
            let filter = EntityFilter { offset, limit, ..EntityFilter::default() };
            return self.list_entities(caller.organization_id(), filter).await;
        }
        let newest = EntityFilter { limit: LOOKED_AT, ..EntityFilter::default() };
        let mut list = self.list_entities::<PrivacyRequest>(caller.organization_id(), newest).await?;
        list.entities.retain(|request| is_within(&request.entity, caller.divisions()));
        list.total = list.entities.len() as u64;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(list.entities.len());
        list.entities.drain(..from);
        list.entities.truncate(limit as usize);
        Ok(list)
    }

    /// A page of an erasure's certificate: what was removed from which conversation, never a value.
    ///
    /// # Errors
    /// `NotFound`, `WrongState` for a request that is no erasure.
    pub async fn get_certificate(
        &self,
        caller: &Caller,
        id: &str,
        after: u64,
        limit: u32,
    ) -> Result<CertificatePage, ServiceError> {
        let request = self.get_privacy_request(caller, id).await?;
        if request.kind != PrivacyRequestKind::Delete {
            return Err(ServiceError::WrongState {
                what: format!("the request `{id}`"),
                rule: "erases nothing and has no certificate".to_owned(),
                remedy: "read its results".to_owned(),
            });
        }
        let organization = caller.organization_id();
        let mut lines =
            self.inner.store.list_erasures(organization, request.id.uuid(), after, limit.saturating_add(1)).await?;
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let next = lines.last().filter(|_| more).map(|line| line.position);
        Ok(CertificatePage { request_hash: request_hash(&request), request, conversations: lines, next })
    }

    /// The value that a request seeks.
    pub(super) fn sought(&self, request: &PrivacyRequest) -> Result<Option<(String, String)>, ServiceError> {
        match &request.subject {
            PrivacySubject::Conversation { .. } => Ok(None),
            PrivacySubject::Attribute { key, sealed: Some(sealed), .. } => {
                let value = self.unseal(&purpose(request.id), sealed)?;
                let value =
                    String::from_utf8(value).map_err(|_| ServiceError::Bug("a sought value is no text".to_owned()))?;
                Ok(Some((key.clone(), value)))
            }
            PrivacySubject::Attribute { sealed: None, .. } => Err(ServiceError::WrongState {
                what: format!("the request `{}`", request.id),
                rule: "does not know any more whom it was about".to_owned(),
                remedy: "make a new request".to_owned(),
            }),
        }
    }

    /// Whether a conversation is in reach of whoever made a request.
    pub(super) async fn request_reaches(
        &self,
        request: &PrivacyRequest,
        conversation: &Conversation,
    ) -> Result<bool, ServiceError> {
        let Some(divisions) = &request.divisions else { return Ok(true) };
        Ok(self.division_of(conversation.deployment_id).await?.is_some_and(|division| divisions.contains(&division)))
    }
}

/// Whether a request reaches no further than a right.
fn is_within(request: &PrivacyRequest, divisions: &Divisions) -> bool {
    match (&request.divisions, divisions) {
        (_, Divisions::All) => true,
        (None, Divisions::Some(_)) => false,
        (Some(asked), Divisions::Some(_)) => asked.iter().all(|division| divisions.contain(*division)),
    }
}

fn purpose(id: PrivacyRequestId) -> String {
    format!("gdpr {id}")
}

fn check_subject(key: &str, value: &str) -> Result<(), ServiceError> {
    if key.is_empty() || key.len() > KEY_BYTES || key.chars().any(char::is_control) {
        return Err(ServiceError::Invalid {
            field: "subject.attributeKey",
            rule: format!("must have 1 to {KEY_BYTES} bytes and no control characters"),
            remedy: format!("leave it out for `{CRM_CUSTOMER_ID}`"),
        });
    }
    if value.is_empty() || value.len() > VALUE_BYTES {
        return Err(ServiceError::Invalid {
            field: "subject.attributeValue",
            rule: format!("must have 1 to {VALUE_BYTES} bytes"),
            remedy: "send the value as it was handed over, in its text form".to_owned(),
        });
    }
    Ok(())
}

/// The hash of what was asked for, which a certificate repeats.
fn request_hash(request: &PrivacyRequest) -> String {
    let subject = match &request.subject {
        PrivacySubject::Attribute { key, salt, value_hash, sealed: _ } => format!("{key} {salt} {value_hash}"),
        PrivacySubject::Conversation { conversation_id } => conversation_id.to_string(),
    };
    let at = request.created_at.millis().to_le_bytes();
    let (id, kind) = (request.id.uuid(), request.kind.as_str());
    hex(&hash_parts(&[id.as_bytes(), kind.as_bytes(), subject.as_bytes(), &at]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a text does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
