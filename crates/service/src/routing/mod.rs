//! Routing: what is administered of it, who works, and how conversations find their agents.

mod agents;
mod asking;
mod desk;
pub(crate) mod entering;
mod legs;
mod memberships;
mod moves;
mod observe;
mod personal;
mod positions;
mod profiles;
mod queues;
mod room;
mod router;
mod rules;
mod silence;
mod skills;
mod today;
mod transfer;
mod watching;

pub use agents::{AgentView, RoutingStatus, WantedStatus};
pub use asking::{Asked, AskingWish};
pub(crate) use desk::Desk;
pub use desk::OpenDesk;
pub use entering::EnteringWish;
pub use legs::{ReadyWrapup, WrapupWish};
pub use observe::{QueuePosition, QueueView};
pub use profiles::{LanguageLevel, Others, ProfileWish};
pub(crate) use queues::{InDivision, check_name, check_text};
pub use queues::{Membership, QueueWish, RoutingQuery, WrapupCodeWish, ids_of};
pub use today::Counts;
pub use transfer::QueueTransfer;
pub use watching::{AgentChanges, WhichAgent};
