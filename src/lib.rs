//! stanch
pub mod model;
pub mod pipeline;
pub mod sources;
