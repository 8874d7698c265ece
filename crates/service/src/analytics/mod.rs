//! Analytics: many conversations at once – listed, counted, and looked at for what their context lacks.

mod aggregates;
mod alarms;
mod completeness;
mod details;
mod groups;
mod jobs;
mod question;

use std::sync::Arc;

use tokio::sync::{Mutex, Notify, broadcast};

pub use aggregates::{Aggregate, AggregateStretch, Aggregates, AggregatesQuestion};
pub use alarms::{Alarm, AlarmShare};
pub use completeness::{Completeness, CompletenessBy, CompletenessQuestion, CompletenessRow, KeyRow};
pub use details::{Detail, Details, DetailsQuestion};
pub use groups::StretchNumbers;
pub use jobs::{Job, JobQuestion, JobResults, JobState};
pub use waybill_engine::analytics::{AskedClause, AskedFilter, AskedPredicate, AskedRange, Combine, Metric, Operator};
pub use waybill_engine::analytics::{PERCENTILES, name_of, percentile};
pub use waybill_model::analytics::{GroupValue, Measure, MeasureNumbers, Numbers, Span, Taken};

/// What analytics shares between its use cases.
pub(crate) struct Desk {
    /// Rung when a job was asked for.
    asked: Arc<Notify>,
    /// Held while a job's document is read and written.
    documents: Mutex<()>,
    /// Held while drift is looked for: one look at a time.
    looking: Mutex<()>,
    /// Alarms that began or ended.
    alarms: broadcast::Sender<Arc<Alarm>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            asked: Arc::default(),
            documents: Mutex::default(),
            looking: Mutex::default(),
            alarms: broadcast::channel(64).0,
        }
    }
}
