//! Conversation decisions.
