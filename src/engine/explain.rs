//! The engine's view of a text, for explanations.

use super::index::Words;
use super::matching::Engine;
use super::prefilter::{self, Hit};
use super::proximity;

impl Engine {
    /// The keywords in a text with their offsets and the ids of their rules, for explanations.
    #[must_use]
    pub fn keywords(&self, text: &[u8]) -> Vec<(String, usize, String)> {
        let mut found = Vec::new();
        let mut note = |hit: Hit, words: &Words| {
            let (length, triggers) = words.get(hit.keyword);
            let keyword = String::from_utf8_lossy(&text[hit.start..hit.start + length]).into_owned();
            let ids: Vec<&str> =
                triggers.iter().map(|trigger| &*self.rules.rules()[trigger.rule as usize].id).collect();
            found.push((keyword, hit.start, ids.join(", ")));
        };
        let index = &*self.keywords;
        for (plan, words) in [&index.everywhere, &index.named_runs] {
            prefilter::find(plan, self.sieve, text, 0..text.len(), |hit| note(hit, words));
        }
        let (table, words) = &index.before_runs;
        let parts = (0..text.len()).filter(|at| proximity::begins_part(text, *at));
        parts.for_each(|at| prefilter::heads(table, text, at, |hit| note(hit, words)));
        let (table, words) = &index.at_runs;
        (0..text.len()).for_each(|at| prefilter::heads(table, text, at, |hit| note(hit, words)));
        found.sort();
        found.sort_by_key(|(_, start, _)| *start);
        found
    }
}
