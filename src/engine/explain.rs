//! What the engine sees in a text, for whoever asks why something is found or not.

use super::keywords::Trigger;
use super::matching::Engine;
use super::near;
use super::prefilter::Hit;

impl Engine {
    /// The keywords in a text, with where they begin and the ids of their rules: for explanations.
    #[must_use]
    pub fn keywords(&self, text: &[u8]) -> Vec<(String, usize, String)> {
        let mut found = Vec::new();
        let mut note = |hit: Hit, triggers: &[(usize, Vec<Trigger>)]| {
            let (length, triggers) = &triggers[hit.keyword as usize];
            let keyword = String::from_utf8_lossy(&text[hit.start..hit.start + length]).into_owned();
            let ids: Vec<&str> =
                triggers.iter().map(|trigger| &*self.rules.rules()[trigger.rule as usize].id).collect();
            found.push((keyword, hit.start, ids.join(", ")));
        };
        self.everywhere.finder.scan(text, 0..text.len(), |hit| note(hit, &self.everywhere.triggers));
        self.named_runs.finder.scan(text, 0..text.len(), |hit| note(hit, &self.named_runs.triggers));
        let parts = (0..text.len()).filter(|at| near::begins_part(text, *at));
        parts.for_each(|at| self.before_runs.finder.at(text, at, |hit| note(hit, &self.before_runs.triggers)));
        (0..text.len()).for_each(|at| self.at_runs.finder.at(text, at, |hit| note(hit, &self.at_runs.triggers)));
        found.sort();
        found.sort_by_key(|(_, start, _)| *start);
        found
    }
}
