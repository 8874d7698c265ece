//! Routing: order, wishes, alerts, what time does, and that nobody is forgotten in worlds that chance makes.

mod agents;
mod alerts;
mod line;
mod loads;
mod oracle;
mod properties;
mod time;
mod world;
