//! What agents are doing: presence, routing status, and how much they take at once.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{Time, UserId};

/// A presence that there is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceDefinition {
    /// Its id; the same everywhere.
    #[schema(format = Uuid)]
    pub id: String,
    /// Always `System`: there are no others.
    pub r#type: &'static str,
    /// `Available`, `On Queue`, `Busy`, `Away`, `Meal`, `Break`, `Meeting`, `Training` or `Offline`.
    pub system_presence: &'static str,
    /// The name to show, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub language_labels: BTreeMap<&'static str, &'static str>,
    /// `*`: it belongs to no division.
    pub division_id: &'static str,
    /// Always false.
    pub deactivated: bool,
    /// Where it is read.
    pub self_uri: String,
}

/// Every presence.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceDefinitionListing {
    /// The presences.
    pub entities: Vec<PresenceDefinition>,
    /// How many there are.
    pub total: usize,
    /// Where this is read.
    pub self_uri: &'static str,
}

/// What somebody says to be doing.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPresence {
    /// The person.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// Always `PURECLOUD`: said here, not elsewhere.
    pub source: &'static str,
    /// Always true: there is no other source.
    pub primary: bool,
    /// The presence.
    pub presence_definition: PresenceReference,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub modified_date: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// One of the presences.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresenceReference {
    /// Its id.
    #[schema(format = Uuid)]
    pub id: String,
    /// Its word.
    pub system_presence: &'static str,
    /// Where it is read.
    pub self_uri: String,
}

/// A presence that somebody wants to have.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"presenceDefinition": {"systemPresence": "On Queue"}}))]
pub struct PatchPresence {
    /// By its `id` or its `systemPresence`.
    pub presence_definition: WritePresenceReference,
}

/// One of the presences, in a body.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct WritePresenceReference {
    /// Its id.
    pub id: Option<String>,
    /// Its word, with any spelling: `On Queue`, `ON_QUEUE`.
    pub system_presence: Option<String>,
}

/// What routing makes of somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingStatus {
    /// The person.
    #[schema(value_type = String, format = Uuid)]
    pub user_id: UserId,
    /// `OFF_QUEUE`, `IDLE`, `INTERACTING`, `COMMUNICATING` or `NOT_RESPONDING`.
    pub status: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Time,
}

/// What routing should make of somebody.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"status": "IDLE"}))]
pub struct PutRoutingStatus {
    /// `IDLE` puts on queue, and makes whoever did not respond be asked again; `OFF_QUEUE` takes off.
    pub status: String,
}

/// How much somebody takes at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserUtilization {
    /// By kind of conversation.
    pub utilization: MediaUtilizations,
    /// `Agent` where it was said of this person, `Organization` where it is the usual.
    pub level: &'static str,
    /// How many places are taken: conversations, alerts and owed wrap-ups. Ours.
    pub taken: usize,
}

/// By kind of conversation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaUtilizations {
    /// Of messages.
    pub message: MediaUtilization,
}

/// How many at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaUtilization {
    /// So many conversations.
    pub maximum_capacity: u32,
    /// Always empty: there is one kind.
    pub interruptable_media_types: [&'static str; 0],
    /// Always true: what came from no queue takes a place, too.
    pub include_non_acd: bool,
}

/// How much somebody should take at once.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({"utilization": {"message": {"maximumCapacity": 4}}}))]
pub struct PutUtilization {
    /// By kind of conversation.
    pub utilization: PutMediaUtilizations,
}

/// By kind of conversation, in a body.
#[derive(Clone, Debug, ToSchema)]
pub struct PutMediaUtilizations {
    /// Of messages.
    pub message: PutMediaUtilization,
}

/// How many at once, in a body.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PutMediaUtilization {
    /// So many conversations, 0 to 100.
    pub maximum_capacity: u32,
}
