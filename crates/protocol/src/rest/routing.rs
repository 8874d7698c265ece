//! Queues, their members, and wrap-up codes.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::{QueueId, Time, UserId, WrapupCodeId};

use super::listing::EntityReference;

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
