//! Deployments, configurations, context policies, promotion and counted refusals, against the real server.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod configurations;
mod imports;
mod lifecycle;
mod policies;
mod promotion;
mod refusals;
mod schema;
mod support;
