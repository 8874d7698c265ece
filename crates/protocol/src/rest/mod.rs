//! REST bodies.
