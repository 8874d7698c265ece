//! Rigs that hurt the real binary, remember what it acknowledged, and compare with what is there afterwards.

pub mod compare;
pub mod dice;
pub mod found;
pub mod integrator;
pub mod journal;
pub mod load;
pub mod process;
pub mod read_back;
pub mod record;
pub mod shim;
pub mod site;
pub mod socket;
