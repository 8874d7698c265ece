//! Context after the start: writing it (setContext, metadata), and reading it with its reasons (P5, P6).

use std::sync::Arc;

use waybill_engine::{
    attributes::{Absence, CallForm, Handed, Write, admit, explain, lint, read_context, read_map},
    conversation::Going,
};
use waybill_model::{
    Actor, Attribute, Conversation, ConversationId, Customer, EventBody, Form, ParticipantId, Permission, Quarantined,
    Receipt, ReceiptEntry, Scalar, SpentToken, Trust, conversation::Source,
};

use crate::{
    Caller, Guest, Service, ServiceError,
    entities::Act,
    error::cut,
    history::AsOf,
    service::Step,
    start::{custom_data, customer_of},
};

/// What a context write answers; everything in it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextWritten {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Whose context.
    pub participant_id: ParticipantId,
    /// The context revision.
    pub revision: u64,
    /// The stored context.
    pub custom_data: std::collections::BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// The receipt.
    pub receipt: Receipt,
}

/// A write of a participant's attributes by an API client.
#[derive(Debug, Clone)]
pub struct MetadataWrite {
    /// The flat map, raw JSON.
    pub map: String,
    /// The form (`rest.metadata`, `rest.attributes`).
    pub form: Form,
    /// `If-Match`: the revision that the caller decided on.
    pub if_match: Option<u64>,
    /// Replace the whole map instead of merging.
    pub replace: bool,
    /// Why values of higher trust are to be corrected (CTX7); needs a right of its own.
    pub correction: Option<String>,
}

/// What is known of one key.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyView {
    /// Stored.
    Stored {
        /// The canonical key.
        key: String,
        /// The value with everything about it.
        attribute: Box<Attribute>,
        /// Whether the value is personal and the caller may not see it.
        masked: bool,
        /// Where the value leads, for who may see it.
        link: Option<String>,
        /// What the receipt of its write said.
        entry: Option<Box<ReceiptEntry>>,
    },
    /// Kept apart.
    Quarantined {
        /// The key as it was sent.
        key: String,
        /// The value and the rule.
        quarantined: Box<Quarantined>,
        /// Whether the value is personal and the caller may not see it.
        masked: bool,
        /// What the receipt of its write said.
        entry: Option<Box<ReceiptEntry>>,
    },
    /// Not there, and why (P6).
    Absent {
        /// The canonical key.
        key: String,
        /// Why.
        absence: Absence,
    },
}

impl Service {
    /// Writes context for a guest whose chat has started; a late write is kept and marked (CTX12).
    ///
    /// # Errors
    /// `NotFound` when the session has no conversation, `Refused` with every fault.
    pub async fn set_context(
        &self,
        guest: &Guest,
        form: CallForm,
        options: &str,
        identity_token: Option<&str>,
        source: &Source,
    ) -> Result<ContextWritten, ServiceError> {
        let vouched = match identity_token {
            Some(token) => Some(self.vouched(&*self.present(guest).await?, token).await?),
            None => None,
        };
        let live = self.live_session(guest).await?;
        let live = live.ok_or_else(|| ServiceError::not_found("conversation", "of this session"))?;
        let policy = self.policy_of(&live.conversation).await?;
        let handed = read_context(form, options, &policy).and_then(|page| match &vouched {
            Some(vouched) => Ok(vouched.handed(&policy)?.beside(page)),
            None => Ok(page),
        });
        let written = match handed {
            Ok(handed) => {
                let whose = customer_of(&live.conversation)?.id;
                let writing = Writing {
                    by: Actor::Guest,
                    trust: Trust::Page,
                    whose,
                    if_match: None,
                    replace: false,
                    per_key: false,
                    editor: None,
                    correction: None,
                    spent: vouched.map(|vouched| vouched.spent()),
                };
                self.write_context(&live.conversation, &handed, writing).await
            }
            Err(refused) => Err(refused.into()),
        };
        if let Err(ServiceError::Refused(receipt)) = &written {
            self.note_refusal(guest.entered.deployment(), receipt, source);
        }
        written
    }

    /// Writes a participant's attributes for an API client: merges, with the same admission as everywhere.
    ///
    /// # Errors
    /// `NotFound`, `Refused` with every fault, `RevisionMismatch` for a stale `If-Match`.
    pub async fn update_participant_metadata(
        &self,
        caller: &Caller,
        conversation: &str,
        participant: &str,
        write: MetadataWrite,
    ) -> Result<ContextWritten, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let not_found = || ServiceError::not_found("participant", participant);
        let whose: ParticipantId = participant.parse().map_err(|_| not_found())?;
        conversation.participant(whose).ok_or_else(not_found)?;
        let policy = self.policy_of(&conversation).await?;
        let (by, trust) = (caller.actor(), caller.trust());
        let correction = write.correction.map(check_reason).transpose()?;
        if correction.is_some() && !caller.may(Permission::SignedOverride) {
            return Err(ServiceError::MissingPermission(Permission::SignedOverride.as_str()));
        }
        let writing = Writing {
            by,
            trust,
            whose,
            if_match: write.if_match,
            replace: write.replace,
            // The field's own call answers without room for a receipt (CTX10).
            per_key: write.form == Form::RestAttributes,
            editor: Some(caller),
            correction,
            spent: None,
        };
        let written = match read_map(write.form, &write.map, &policy) {
            Ok(handed) => self.write_context(&conversation, &handed, writing).await,
            Err(refused) => Err(refused.into()),
        };
        if let Err(ServiceError::Refused(receipt)) = &written
            && let Some(ready) = self.find_ready(conversation.deployment_id).await?
        {
            let source = Source { api: Some("rest".to_owned()), ..Source::default() };
            self.note_refusal(&ready.deployment, receipt, &source);
        }
        let mut written = written?;
        // The answer repeats what stands there, also what others wrote.
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        veil.mask_written(&mut written);
        Ok(written)
    }

    async fn write_context(
        &self,
        conversation: &Conversation,
        handed: &Handed,
        writing: Writing<'_>,
    ) -> Result<ContextWritten, ServiceError> {
        let Writing { by, trust, whose, if_match, replace, per_key, editor, correction, spent } = writing;
        let policy = self.policy_of(conversation).await?;
        if let Some(editor) = editor {
            check_keys(editor, Permission::AttributesEdit, handed.keys().map(|key| policy.policy().resolve(key).0))?;
        }
        let now = self.inner.ambient.now();
        let decide = |standing: &Arc<Conversation>| {
            if let Some(expected) = if_match
                && expected != standing.revision
            {
                return Err(ServiceError::RevisionMismatch { expected, found: standing.revision });
            }
            let participant =
                standing.participant(whose).ok_or_else(|| ServiceError::not_found("participant", whose))?;
            let write = Write {
                standing: &participant.context,
                customer: &participant.customer,
                revision: standing.revision,
                trust,
                by: &by,
                at: now,
                late: standing.ended_at.is_some(),
                at_start: false,
                replace,
                per_key,
                max_bytes: policy.policy().max_bytes,
                correction: correction.as_deref(),
            };
            let admission = admit(&policy, handed, &write)?;
            let corrected = admission.changes.iter().filter(|change| change.reason.is_some());
            let corrected: Vec<String> = corrected.map(|change| change.key.clone()).collect();
            if let Some(editor) = editor {
                // Replacing deletes keys that the call did not name.
                let keys = admission.changes.iter().map(|change| change.key.as_str());
                check_keys(editor, Permission::AttributesEdit, keys)?;
                check_keys(editor, Permission::SignedOverride, corrected.iter().map(String::as_str))?;
            }
            let written = ContextWritten {
                conversation_id: standing.id,
                participant_id: whose,
                revision: admission.revision,
                custom_data: custom_data(&admission.context),
                customer: admission.customer.clone(),
                receipt: admission.receipt.clone(),
            };
            let going = Going::on(standing, by.clone(), now);
            let going = match &spent {
                Some(token) => going.signed_context(whose, admission, token.clone()),
                None => going.context(whose, admission),
            };
            Ok(Step::new(going.finish(), (written, corrected)))
        };
        let changed = self.change(conversation.organization_id, conversation.id, decide).await?;
        let (written, corrected) = changed.outcome;
        if let (Some(editor), Some(reason), false) = (editor, &correction, corrected.is_empty()) {
            let act = Act::of(editor, "context.corrected", conversation.id.uuid());
            let entry = self.audit_entry(act.saying(format!("{}: {reason}", corrected.join(", "))));
            self.inner.store.append_audit(conversation.organization_id, entry).await?;
        }
        Ok(written)
    }

    /// The whole context of a conversation, now or as of an earlier revision or time.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_context(
        &self,
        caller: &Caller,
        conversation: &str,
        as_of: Option<AsOf>,
    ) -> Result<(Arc<Conversation>, Vec<KeyView>), ServiceError> {
        let conversation = self.conversation_as_of(caller, conversation, as_of).await?;
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        self.note_reading(&veil, &conversation);
        let conversation = veil.conversation(&conversation);
        let context = conversation.context().cloned().unwrap_or_default();
        let entries = self.entries_of(&conversation).await?;
        let mut views: Vec<KeyView> = Vec::new();
        for (key, attribute) in &context.stored {
            views.push(KeyView::Stored {
                key: key.clone(),
                entry: entry_for(&entries, key),
                attribute: Box::new(attribute.clone()),
                masked: veil.hides(key),
                link: veil.link(key, &attribute.value),
            });
        }
        for (key, quarantined) in &context.quarantined {
            views.push(KeyView::Quarantined {
                key: key.clone(),
                entry: entry_for(&entries, key),
                quarantined: Box::new(quarantined.clone()),
                masked: veil.hides(key),
            });
        }
        let policy = self.policy_of(&conversation).await?;
        for key in context.refused.keys().chain(&context.missing).chain(context.deleted.keys()) {
            if !context.stored.contains_key(key) && !context.quarantined.contains_key(key) {
                views.push(KeyView::Absent { key: key.clone(), absence: explain(&context, &policy, key) });
            }
        }
        self.mark_read(caller, &conversation, "context");
        Ok((conversation, views))
    }

    /// One key of a conversation's context, by its name or an alias (CTX5); an absent one says why (P6).
    ///
    /// # Errors
    /// `NotFound` for the conversation only.
    pub async fn get_context_key(
        &self,
        caller: &Caller,
        conversation: &str,
        name: &str,
        as_of: Option<AsOf>,
    ) -> Result<(Arc<Conversation>, KeyView), ServiceError> {
        let conversation = self.conversation_as_of(caller, conversation, as_of).await?;
        let veil = self.veil(caller, conversation.deployment_id, conversation.policy_version).await?;
        self.note_reading(&veil, &conversation);
        let conversation = veil.conversation(&conversation);
        let policy = self.policy_of(&conversation).await?;
        let context = conversation.context().cloned().unwrap_or_default();
        let entries = self.entries_of(&conversation).await?;
        let (key, _) = policy.policy().resolve(name);
        let view = if let Some(attribute) = context.stored.get(key) {
            KeyView::Stored {
                key: key.to_owned(),
                entry: entry_for(&entries, key),
                attribute: Box::new(attribute.clone()),
                masked: veil.hides(key),
                link: veil.link(key, &attribute.value),
            }
        } else if let Some((sent, quarantined)) =
            [name, key].iter().find_map(|name| context.quarantined.get_key_value(*name))
        {
            KeyView::Quarantined {
                key: sent.clone(),
                entry: entry_for(&entries, sent),
                quarantined: Box::new(quarantined.clone()),
                masked: veil.hides(sent),
            }
        } else {
            KeyView::Absent { key: key.to_owned(), absence: explain(&context, &policy, name) }
        };
        self.mark_read(caller, &conversation, "context");
        Ok((conversation, view))
    }

    /// What a start with these options would be answered, without starting.
    ///
    /// # Errors
    /// `NotFound` for the deployment. A refusal is an answer here: `Err` inside.
    pub async fn lint_context(
        &self,
        caller: &Caller,
        deployment: &str,
        form: CallForm,
        options: &str,
    ) -> Result<Result<Receipt, Receipt>, ServiceError> {
        let not_found = || ServiceError::not_found("deployment", deployment);
        let id = deployment.parse().map_err(|_| not_found())?;
        let ready = self.find_ready(id).await?.ok_or_else(not_found)?;
        if ready.deployment.organization_id != caller.organization_id()
            || !caller.divisions().contain(ready.deployment.division_id)
        {
            return Err(not_found());
        }
        Ok(lint(&ready.policy, form, options))
    }

    /// Every receipt entry that was ever given for this conversation's customer up to its revision, newest last.
    async fn entries_of(&self, conversation: &Conversation) -> Result<Vec<ReceiptEntry>, ServiceError> {
        let customer = customer_of(conversation)?.id;
        let log = self.inner.store.list_conversation_log(conversation.organization_id, conversation.id).await?;
        let mut entries = Vec::new();
        for event in log.iter().filter(|event| event.conversation_seq <= conversation.seq) {
            match &event.body {
                EventBody::Started { receipt, .. } => entries.extend(receipt.entries.iter().cloned()),
                EventBody::AttributesChanged { receipt, participant_id, .. } if *participant_id == customer => {
                    entries.extend(receipt.entries.iter().cloned());
                }
                EventBody::AttributesChanged { .. }
                | EventBody::MessageAdded { .. }
                | EventBody::ParticipantJoined { .. }
                | EventBody::ParticipantLeft { .. }
                | EventBody::ParticipantConnected { .. }
                | EventBody::FlowStepped(_)
                | EventBody::Routed(_)
                | EventBody::WrappedUp { .. }
                | EventBody::NoteAdded { .. }
                | EventBody::Rated { .. }
                | EventBody::SeenUpTo { .. }
                | EventBody::Ended { .. }
                | EventBody::Erased { .. }
                | EventBody::Mark(_) => {}
            }
        }
        Ok(entries)
    }
}

/// A context write after its hand-over was read.
struct Writing<'a> {
    by: Actor,
    trust: Trust,
    whose: ParticipantId,
    if_match: Option<u64>,
    replace: bool,
    /// The answer has no room for a receipt: a per-key verdict never stops the call (CTX10).
    per_key: bool,
    /// The API client or person that writes; its right may cover some keys only.
    editor: Option<&'a Caller>,
    /// Why values of higher trust are to be corrected.
    correction: Option<String>,
    /// The signed token that the write spends (SIG5).
    spent: Option<SpentToken>,
}

/// Longest reason of a correction in bytes.
const REASON_BYTES: usize = 512;

fn check_reason(reason: String) -> Result<String, ServiceError> {
    if reason.trim().is_empty() || reason.len() > REASON_BYTES || reason.chars().any(char::is_control) {
        return Err(ServiceError::Invalid {
            field: "override",
            rule: format!("needs a reason of 1 to {REASON_BYTES} bytes without control characters"),
            remedy: "say in `override.reason` why the signed value is wrong".to_owned(),
        });
    }
    Ok(reason)
}

/// A right for single keys covers no other key, whichever name it was sent under (CTX5).
fn check_keys<'a>(
    editor: &Caller,
    permission: Permission,
    keys: impl Iterator<Item = &'a str>,
) -> Result<(), ServiceError> {
    for key in keys {
        if !editor.may_key(permission, key) {
            return Err(ServiceError::MissingKeyPermission { permission: permission.as_str(), key: cut(key, 128) });
        }
    }
    Ok(())
}

/// The newest entry about a key.
fn entry_for(entries: &[ReceiptEntry], key: &str) -> Option<Box<ReceiptEntry>> {
    let about = |entry: &&ReceiptEntry| {
        // An attribute may have the name of a customer field (L13): their entries are not each other's.
        entry.form != Form::Customer && (entry.stored_as.as_deref().unwrap_or(&entry.key) == key || entry.key == key)
    };
    entries.iter().rev().find(about).map(|entry| Box::new(entry.clone()))
}
