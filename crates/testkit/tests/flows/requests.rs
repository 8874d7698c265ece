//! Requests of flows, and what comes of them.
