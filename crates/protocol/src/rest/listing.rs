//! Lists in the field's style: numbered pages with the addresses of their neighbours.

use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listing<T> {
    /// What is on the page.
    pub entities: Vec<T>,
    /// The size of a page.
    pub page_size: u32,
    /// The page's number, from 1.
    pub page_number: u64,
    /// How many there are in all.
    pub total: u64,
    /// How many pages there are.
    pub page_count: u64,
    /// This page.
    pub self_uri: String,
    /// The first page.
    pub first_uri: String,
    /// The last page.
    pub last_uri: String,
    /// The next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
    /// The page before; absent on the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_uri: Option<String>,
}

/// A reference to something that is administered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntityReference {
    /// Its id.
    #[schema(format = Uuid)]
    pub id: String,
    /// Where it is read.
    pub self_uri: String,
}
