//! REST bodies: the field's own shapes, the shapes of the two documents, and ours where the field has nothing.
//!
//! Nothing absent is sent as null: clients of the field break on a null where they expect a word.

pub mod analytics;
pub mod audit;
pub mod canned;
pub mod client;
pub mod configuration;
pub mod context;
pub mod conversation;
pub mod deployment;
pub mod event;
pub mod flow;
pub mod flow_event;
pub mod history;
pub mod integration;
pub mod listing;
pub mod message;
pub mod note;
pub mod observation;
pub mod policy;
pub mod presence;
pub mod privacy;
pub mod queue_rules;
pub mod refusal;
pub mod role;
pub mod routing;
pub mod routing_event;
pub mod search;
pub mod signing_key;
pub mod skill;
pub mod token;
pub mod user;
pub mod webchat;
pub mod webhook;
pub mod work;
