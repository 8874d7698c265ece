//! Filters with two levels: clauses of predicates, and predicates of their own.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What must hold of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnalyticsFilter {
    /// Whether all parts have to hold, or one.
    pub r#type: FilterCombine,
    /// Predicates that belong together.
    #[serde(default, deserialize_with = "listed", skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<FilterClause>,
    /// Predicates.
    #[serde(default, deserialize_with = "listed", skip_serializing_if = "Vec::is_empty")]
    pub predicates: Vec<FilterPredicate>,
}

/// Predicates that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterClause {
    /// Whether all have to hold, or one.
    pub r#type: FilterCombine,
    /// The predicates.
    pub predicates: Vec<FilterPredicate>,
}

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FilterCombine {
    /// All of them.
    And,
    /// One of them.
    Or,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterPredicate {
    /// What is compared; a dimension when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<PredicateKind>,
    /// A dimension's name, or `attribute:<key>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// A context key, under any of its names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// The property's type; values are compared as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property_type: Option<String>,
    /// Metrics can't be compared here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// What is said of it; `matches` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<FilterOperator>,
    /// The value, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Bounds, for times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<FilterRange>,
}

/// What a predicate compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PredicateKind {
    /// A dimension.
    Dimension,
    /// A context key.
    Property,
    /// A metric.
    Metric,
}

/// What a predicate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FilterOperator {
    /// It has the value.
    Matches,
    /// It has another value, or none: ours, the field does without.
    NotMatches,
    /// There is a value.
    Exists,
    /// There is none.
    NotExists,
}

/// Bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FilterRange {
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gt: Option<String>,
    /// At or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gte: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<String>,
    /// At or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lte: Option<String>,
}

/// A list that clients may send as null.
pub(super) fn listed<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}
