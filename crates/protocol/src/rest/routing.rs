//! Queues, their members, and wrap-up codes.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{QueueId, Time, UserId, WrapupCodeId};

use super::{
    listing::EntityReference,
    presence::{RoutingStatus, UserPresence, UserUtilization},
    queue_rules::{AcwSettings, MediaSettings, QueueRules},
};

/// A queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: QueueId,
    /// Its name; no two queues of an organization have the same.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its division.
    pub division: EntityReference,
    /// How many people work in it.
    pub member_count: usize,
    /// What is asked of an agent after its work.
    pub acw_settings: AcwSettings,
    /// How its conversations are offered, and how fast they should be taken.
    pub media_settings: MediaSettings,
    /// `ALL` (who has been idle longest, of those with all skills) or `BEST` (who has the wanted skills best).
    pub skill_evaluation_method: &'static str,
    /// All of its rules. Ours; the members above say parts of them in the field's words.
    pub rules: QueueRules,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What a queue is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "Orders", "description": "Questions about orders"}))]
pub struct WriteQueue {
    /// Its name, at most 256 bytes.
    pub name: String,
    /// What it is for, at most 1024 bytes.
    pub description: Option<String>,
    /// Its division; the home division when absent.
    pub division: Option<WriteReference>,
    /// What is asked of an agent after its work; what is absent stays.
    pub acw_settings: Option<AcwSettings>,
    /// How its conversations are offered; what is absent stays.
    pub media_settings: Option<MediaSettings>,
    /// `ALL`, `BEST` or `NONE`.
    pub skill_evaluation_method: Option<String>,
    /// Its rules; what is absent stays. Of a rule that stands in the field's words too, what differs from what was is
    /// meant: a client may send the whole queue back.
    pub rules: Option<QueueRules>,
}

/// A reference in a body.
#[derive(Clone, Debug, ToSchema)]
pub struct WriteReference {
    /// The id.
    #[schema(format = Uuid)]
    pub id: String,
}

/// Somebody who works in a queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueMember {
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The user's name.
    pub name: String,
    /// The user.
    pub user: MemberUser,
    /// Always true: members work in the queue.
    pub joined: bool,
    /// Always `user`: nobody is a member through a group.
    pub member_by: &'static str,
    /// Always 1: rings are rules on what is asked for, not on who is asked.
    pub ring_number: u32,
    /// What routing makes of it, with `expand=routingStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing_status: Option<RoutingStatus>,
    /// What it says to be doing, with `expand=presence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence: Option<UserPresence>,
    /// How much it takes at once and how much of that is taken, with `expand=utilization`. Ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilization: Option<UserUtilization>,
    /// Where the user is read.
    pub self_uri: String,
}

/// The person behind a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberUser {
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Where the user is read.
    pub self_uri: String,
}

/// How work on a conversation can end.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WrapupCode {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: WrapupCodeId,
    /// Its name; no two codes of an organization have the same.
    pub name: String,
    /// Its division.
    pub division: EntityReference,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub date_created: Time,
    /// Where it is read.
    pub self_uri: String,
}

/// What a wrap-up code is to be.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "Order changed"}))]
pub struct WriteWrapupCode {
    /// Its name, at most 256 bytes.
    pub name: String,
    /// Its division; the home division when absent.
    pub division: Option<WriteReference>,
}

/// Whether somebody works in a queue.
#[derive(Clone, Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"id": "0190b0a1-7c1e-7d31-9d0a-2f5c3a1b7e42", "joined": true}))]
pub struct WriteMembership {
    /// The user, or the queue where the user is in the path.
    #[schema(format = Uuid)]
    pub id: String,
    /// Whether it works there.
    pub joined: bool,
}

/// A queue of somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserQueue {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// Its division.
    pub division: EntityReference,
    /// How many people work in it.
    pub member_count: usize,
    /// Whether that person works in it.
    pub joined: bool,
    /// Where it is read.
    pub self_uri: String,
}
