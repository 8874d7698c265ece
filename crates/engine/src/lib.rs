//! Pure decisions: commands in, events and effects out. No async, clock, chance, logging or IO in here.

pub mod analytics;
pub mod attributes;
pub mod conversation;
pub mod flow;
pub mod history;
pub mod privacy;
pub mod routing;
pub mod template;
