//! What somebody is doing, in the shape of the user topics.

use serde::Serialize;
use utoipa::ToSchema;
use waybill_model::UserId;

use crate::rest::presence::RoutingStatus;

/// Routing makes something else of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserStatusNotice {
    /// The user.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The status.
    pub routing_status: RoutingStatus,
}
