//! Analytics: questions about many conversations, in the field's own shape; what is ours stands beside it.

mod aggregates;
mod completeness;
mod details;
mod filter;
mod jobs;

pub use aggregates::{
    AggregateData, AggregateGroup, AggregateMetric, AggregatesQuery, AggregatesResponse, GroupDetails, Stats,
};
pub use completeness::{
    AlarmListing, CompletenessListing, CompletenessRow, ContextAlarm, KeyCompleteness, PresenceShare,
};
pub use details::{
    AnalyticsConversation, AnalyticsFlow, AnalyticsMultiGet, AnalyticsParticipant, AnalyticsQueryResponse,
    AnalyticsSegment, AnalyticsSession, AnalyticsSessionMetric, DetailsQuery, Order, OrderBy, PagingSpec,
};
pub use filter::{
    AnalyticsFilter, FilterClause, FilterCombine, FilterOperator, FilterPredicate, FilterRange, PredicateKind,
};
pub use jobs::{DetailsJobQuery, JobCreated, JobResults, JobStatus};
