//! Explains the classifier's verdict on the assignments of a line, for `stanch explain`.

use crate::content::TextView;
use crate::engine::classifier::{self, model};
use crate::engine::{Canonical, Engine, Scratch};
use crate::model::Secret;

/// Number of decisive features that are named.
const NAMED: usize = 6;

/// Sentences about every assignment on the line, whether or not the classifier saw it.
pub(super) fn classifier_reasons(engine: &Engine, bytes: &[u8], line: u64) -> Vec<String> {
    let (text, _) = TextView::of(bytes);
    let number = |at: usize| 1 + memchr::memchr_iter(b'\n', &text[..at]).count() as u64;
    let mut seen = Vec::new();
    let mut sentences = Vec::new();
    engine.assignments(&text, &mut Scratch::default(), |rule, found| {
        if number(found.value.start) != line || seen.contains(&(rule.id.clone(), found.value.clone())) {
            return;
        }
        seen.push((rule.id.clone(), found.value.clone()));
        let name = String::from_utf8_lossy(&text[found.name.clone()]);
        let value = Secret::new(&text[found.value.clone()]);
        if let Some(objection) = engine.objection(&text, found) {
            sentences.push(format!("candidate: `{name}` {value} for {}: not classified: {objection}", rule.id));
            return;
        }
        let model = classifier::compiled_in();
        let canonical = Canonical::of(rule, &text, found);
        let features = match &canonical {
            Some(one) => model.features(&one.text, &one.found, one.rule),
            None => model.features(&text, found, &rule.id),
        };
        sentences.push(format!(
            "candidate: `{name}` {value} for {}: log-odds {:+.2} (medium from {:+.2}, low from {:+.2})",
            rule.id,
            model.log_odds(&features),
            model.medium,
            model.low
        ));
        if let Some((trees, sum)) = model.stopped(&features) {
            sentences.push(format!(
                "    turned down at first sight: {sum:+.2} behind {trees} of {} trees",
                model.trees.len()
            ));
        }
        let (names, _) = model::names();
        for (feature, share) in model.shares(&features).into_iter().take(NAMED) {
            let called = names.get(feature).map_or("?", String::as_str);
            sentences.push(format!("    {share:+.2}  {called} = {:.2}", features[feature]));
        }
    });
    sentences
}
