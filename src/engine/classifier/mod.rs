//! Classifies values without a format: is the value of this assignment a secret?
//!
//! Any word can be a password: after `password`, "summer" is one and "required" is not. The name, the shape of the value and the
//! surrounding text decide together, so the decision is learned. `features` computes the inputs with `bytes`, `split` and `shape`; `words`
//! has the lists, `model` the trees, and `quick` evaluates them. `tools/train` trains the model from labelled code.

mod bytes;
pub mod features;
mod hash;
pub mod model;
mod quick;
mod shape;
mod split;
mod words;

pub(in crate::engine) use shape::covered;

use super::assignment::Assignment;
use crate::model::Confidence;
use model::Model;
use quick::Quick;
use split::Words;
use std::sync::LazyLock;

/// The built-in weights.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let (names, first) = model::names();
    Model::from_bytes(include_bytes!("weights.bin"), (names.len(), first)).unwrap_or_default()
});

/// The built-in model, laid out for evaluation.
static QUICK: LazyLock<Quick> = LazyLock::new(|| Quick::new(&MODEL));

/// The confidence that an assignment found by a rule is a secret, or `None` when the value is not one.
#[must_use]
pub fn classify(text: &[u8], found: &Assignment, rule: &str) -> Option<Confidence> {
    let words = Words::of(&text[found.name.clone()]);
    let mut features = MODEL.first_features(text, found, rule, &words);
    QUICK.level(&mut features, |all| features::rest(text, found, &words, all))
}

/// The compiled-in model, for explanations.
#[must_use]
pub fn compiled_in() -> &'static Model {
    &MODEL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_weights_are_a_model_of_these_features() {
        assert!(
            !MODEL.trees.is_empty(),
            "src/engine/classifier/weights.bin is not of this version: train again (docs/accuracy.md)"
        );
        let (names, first) = model::names();
        let bytes = MODEL.to_bytes(names.len());
        assert_eq!(Model::from_bytes(&bytes, (names.len(), first)).as_ref(), Some(&*MODEL));
        assert!(bytes.len() < 300_000, "a few hundred kilobytes at most: {}", bytes.len());
        assert_eq!(Model::from_bytes(&bytes[..bytes.len() - 1], (names.len(), first)), None);
        assert_eq!(Model::from_bytes(&bytes, (3, 3)), None);
        assert_eq!(Model::from_bytes(&bytes, (names.len(), 0)), None);
    }

    fn judged(line: &str, name: &str) -> Option<Confidence> {
        let at = line.find(name).expect("the name");
        let found = Assignment::parse(line.as_bytes(), at..at + name.len()).expect("an assignment");
        classify(line.as_bytes(), &found, "generic-password")
    }

    #[test]
    fn what_people_type_is_seen_and_what_code_says_is_not() {
        let typed =
            ["spring.datasource.password=welcome1\n", "  password: \"P@$$w0rd!!!\",\n", "$password = 'sommer2019';\n"]; // stanch:allow
        for line in typed {
            assert_eq!(judged(line, "password"), Some(Confidence::Medium), "{line}");
        }
        for line in ["  password: \"Password is required\",\n", "password_label = \"New password\"\n"] {
            assert_ne!(judged(line, "password"), Some(Confidence::Medium), "{line}");
        }
    }
}
