//! Who gets which conversation, and what time does to those who wait.

mod agent;
mod board;
mod load;
mod moves;
mod pace;
mod silence;
mod wish;

pub use agent::{Agent, GONE_AWAY_MS, GONE_REQUEUE_MS, REQUEUE_PRIORITY};
pub use board::{Board, QueueObservation, Standing};
pub use load::{Load, Occupant, Occupation};
pub use moves::Move;
pub use silence::{SilenceMove, silence};
pub use wish::DECLINE_PAUSE_MS;
