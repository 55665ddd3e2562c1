//! Decides about what has no format: is the value of this assignment a secret?
//!
//! A password may be any word, and any word may be no password: `password = "summer"` is one, `password: "required"` is none. What decides is
//! the name, the shape of the value and what stands around, all of them together; so the decision is learned. `features` says what is looked
//! at, `words` has the lists, `model` runs the trees; `tools/train` makes them from labelled code.

pub mod features;
pub mod model;
mod words;

use super::assignment::Assignment;
use crate::model::Confidence;
use model::Model;
use std::sync::LazyLock;

/// The weights that are compiled in.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let count = features::names().len() + model::WORD_FEATURES;
    Model::from_bytes(include_bytes!("../../../rules/judge.bin"), count).unwrap_or_default()
});

/// What the judge says of an assignment that a rule found: how sure it is, or `None` when the value is no secret.
#[must_use]
pub fn judge(text: &[u8], found: &Assignment, rule: &str) -> Option<Confidence> {
    let odds = MODEL.log_odds(&MODEL.features(text, found, rule));
    match odds {
        _ if odds >= MODEL.medium => Some(Confidence::Medium),
        _ if odds >= MODEL.low => Some(Confidence::Low),
        _ => None,
    }
}

/// The compiled-in model, for explanations.
#[must_use]
pub fn compiled_in() -> &'static Model {
    &MODEL
}
