//! The embedded store: SQLite with one writer thread, group commit, and readers beside it.

mod administration;
mod agents;
mod analytics;
mod apply;
mod audit;
mod checkpointer;
mod dead_jobs;
mod digest;
mod engine;
mod entities;
mod erasure;
mod fault;
pub mod folder;
mod found_message;
mod jobs;
mod known_owners;
mod lists;
mod log;
mod message_keys;
mod migrate;
mod open;
mod past_starts;
mod pen;
mod prepare;
mod privacy_impl;
mod purge;
mod readers;
mod recent;
mod retention;
mod rows;
mod sessions;
mod spent;
mod tokens;
mod trait_impl;
mod webhooks;
mod work_impl;
mod writer;

pub use audit::{AUDIT_BEGINNING, AuditChain, audit_hash};
pub use engine::{SqliteStore, StoreStatistics};
pub use open::{DATABASE_FILE, LOCK_FILE, OpenError, SqliteOptions};

#[cfg(test)]
mod tests;
