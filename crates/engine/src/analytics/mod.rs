//! Questions about many conversations: reading what was asked, and judging what was found.

mod drift;
mod fault;
mod filter;
mod metrics;
mod percentiles;
mod time;

pub use drift::{Drift, Share, has_recovered, judge};
pub use fault::AskedFault;
pub use filter::{
    AskedClause, AskedFilter, AskedPredicate, AskedRange, Column, Combine, Known, Operator, asks_for_flow_names,
    column, disconnect_type, ending_words, plan,
};
pub use metrics::{Metric, metric, name_of};
pub use percentiles::{PERCENTILES, percentile};
pub use time::{Granularity, MOST_STRETCHES, parse_granularity, parse_interval, parse_time_zone, stretches};
