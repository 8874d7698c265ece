//! A flow that has been read and made ready: built once per version, used by every step.

use super::Finding;

/// A flow that has been read and made ready.
#[derive(Debug, Clone)]
pub struct CompiledFlow {}

impl CompiledFlow {
    /// Reads a document, YAML or JSON, and compiles its templates.
    ///
    /// # Errors
    /// Everything that keeps it from being read, each with its place.
    pub fn read(source: &str) -> Result<Self, Vec<Finding>> {
        todo!("{source}")
    }

    /// The name that it gives itself.
    #[must_use]
    pub fn name(&self) -> &str {
        todo!()
    }

    /// The names of flows that it can go to, as far as they are written out: what a [`super::Directory`] has to know.
    #[must_use]
    pub fn flows(&self) -> Vec<&str> {
        todo!()
    }
}
