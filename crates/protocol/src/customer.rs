//! The customer as both edges show it (CTX8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who the customer says to be: the participant, not an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"id": "sdk-generated-id", "name": "John Doe", "email": "john.doe@example.com"}))]
pub struct Customer {
    /// The site's own id of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail address, unverified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}
