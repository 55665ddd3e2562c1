//! What stands in the place of a secret.

use crate::ledger::is_guessable;
use crate::model::{Fingerprint, Secret};
use crate::proof;
use std::collections::HashMap;
use std::sync::Arc;

/// So many guessable secrets get numbers; memory is bounded.
const MAX_NUMBERED: usize = 1 << 16;

/// How secrets are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As in reports: [`Secret::masked`].
    #[default]
    Masked,
    /// `stanch:RULE:FINGERPRINT`.
    Handles,
}

/// What is known of a secret that is replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// Its masked form.
    Masked(String),
    /// A handle that is the same in every run.
    Handle(String),
    /// A secret that could be guessed from its fingerprint.
    Guessable(Arc<str>, Fingerprint),
}

impl Label {
    /// The label of a secret that a rule found.
    pub(super) fn of(style: Style, (rule, family): (&str, &str), secret: &[u8]) -> Label {
        if style == Style::Masked {
            return Label::Masked(Secret::new(secret).masked());
        }
        let fingerprint = proof::fingerprint(family, secret);
        if is_guessable(secret) {
            Label::Guessable(rule.into(), fingerprint)
        } else {
            Label::Handle(format!("stanch:{rule}:{}", fingerprint.short()))
        }
    }

    /// The label of a value that was given by name.
    pub(super) fn named(style: Style, name: &str, value: &[u8]) -> Label {
        match style {
            Style::Masked => Label::Masked(Secret::new(value).masked()),
            Style::Handles => Label::Handle(format!("stanch:env:{name}")),
        }
    }
}

/// Numbers of guessable secrets, in the order in which they were written.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<Fingerprint, usize>);

impl Numbers {
    /// The text of a label.
    pub(super) fn text(&mut self, label: &Label) -> String {
        match label {
            Label::Masked(text) | Label::Handle(text) => text.clone(),
            Label::Guessable(rule, fingerprint) => {
                let next = self.0.len() + 1;
                let number = if next > MAX_NUMBERED {
                    self.0.get(fingerprint).copied()
                } else {
                    Some(*self.0.entry(*fingerprint).or_insert(next))
                };
                number.map_or_else(|| format!("stanch:{rule}:#"), |number| format!("stanch:{rule}:#{number}"))
            }
        }
    }
}
