//! The rules' regexes: compiled at their first use, and run at the place that a keyword or a value gives them.

use crate::rules::{Attempt, RelaxedPattern, Screen, compile};
use regex_automata::hybrid::dfa;
use regex_automata::meta::{Cache, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Those of all rules, by rule.
#[derive(Debug)]
pub(super) struct Regexes {
    /// What is asked first, and mostly last.
    screens: Vec<OnceLock<Box<Screen>>>,
    loose: Vec<OnceLock<Box<RelaxedPattern>>>,
    /// The same with all bounds, for matches that are too long to be sure of.
    exact: Vec<OnceLock<Regex>>,
}

/// A screen's cache, and what is known of the text that it looked at last.
#[derive(Debug)]
struct Screened {
    cache: dfa::Cache,
    /// Number of the text.
    text: u64,
    /// A range in which no match begins.
    tried: Range<usize>,
    /// By where a match begins, where it ends, whatever follows: those that end before a keyword that was asked about. Between them also by
    /// where a range begins in which no match begins, its end.
    ended: HashMap<usize, usize>,
}

/// So many of those are kept: as many as there are in a window, and more.
const MAX_ENDED: usize = 4096;

/// What one thread needs to run them.
#[derive(Debug, Default)]
pub(super) struct Caches {
    screens: Vec<Option<Box<Screened>>>,
    /// Number of the present text.
    text: u64,
    regexes: Vec<Option<Box<(Cache, Captures)>>>,
}

impl Caches {
    fn of(&mut self, rule: u32, regex: &Regex) -> (&mut Cache, &mut Captures) {
        let rule = rule as usize;
        if self.regexes.len() <= rule {
            self.regexes.resize_with(rule + 1, || None);
        }
        let made = self.regexes[rule].get_or_insert_with(|| Box::new((regex.create_cache(), regex.create_captures())));
        let (cache, captures) = &mut **made;
        (cache, captures)
    }

    /// What a screen needs, and what it knows of the present text.
    fn of_screen(&mut self, rule: u32, screen: &Screen) -> &mut Screened {
        let rule = rule as usize;
        if self.screens.len() <= rule {
            self.screens.resize_with(rule + 1, || None);
        }
        let new = || Screened { cache: screen.cache(), text: 0, tried: 0..0, ended: HashMap::new() };
        let made = self.screens[rule].get_or_insert_with(|| Box::new(new()));
        if made.text != self.text {
            (made.text, made.tried) = (self.text, 0..0);
            made.ended.clear();
        }
        made
    }

    /// Forgets what is known of a text: another one is looked at.
    pub(super) fn begin_text(&mut self) {
        self.text += 1;
    }
}

impl Regexes {
    /// Room for those of so many rules.
    pub(super) fn new(rules: usize) -> Regexes {
        Regexes {
            screens: (0..rules).map(|_| OnceLock::new()).collect(),
            loose: (0..rules).map(|_| OnceLock::new()).collect(),
            exact: (0..rules).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The secret of the pattern's match over the keyword: the first one in the window, from left to right, that reaches the keyword's end.
    ///
    /// A match begins at the keyword or before it, so only those places are tried, each once in a text: where a keyword stands every few bytes,
    /// its windows overlap a thousandfold.
    pub(super) fn pattern(
        &self,
        (rule, pattern, is_whole): (u32, &str, bool),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        caches: &mut Caches,
    ) -> Option<Range<usize>> {
        let mut start = window.start;
        while start <= keyword.start {
            start = self.next_start((rule, pattern), text, start..window.end, keyword, caches)?;
            let Some(found) = self.matched((rule, pattern, is_whole), text, start..window.end, keyword.end, caches)
            else {
                start += 1;
                continue;
            };
            match found {
                Ok(secret) => return secret,
                Err(end) => {
                    let behind = end.max(start + 1);
                    self.note_end((rule, pattern), text, start..window.end, behind, caches);
                    start = behind;
                }
            }
        }
        None
    }

    /// Notes where the match ends that begins where the window does, if nothing behind the window can change that.
    fn note_end(
        &self,
        (rule, pattern): (u32, &str),
        text: &[u8],
        window: Range<usize>,
        end: usize,
        caches: &mut Caches,
    ) {
        let screen = self.screen(rule, pattern);
        let Screened { cache, ended, .. } = caches.of_screen(rule, screen);
        if screen.is_over(cache, text, window.start, window.end) {
            if ended.len() >= MAX_ENDED {
                ended.clear();
            }
            ended.insert(window.start, end);
        }
    }

    /// The first place in the window, up to the keyword, where a match may begin that is not known to end before the keyword does.
    fn next_start(
        &self,
        (rule, pattern): (u32, &str),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        caches: &mut Caches,
    ) -> Option<usize> {
        let screen = self.screen(rule, pattern);
        let Screened { cache, tried, ended, .. } = caches.of_screen(rule, screen);
        let mut start = window.start;
        while start <= keyword.start {
            if tried.contains(&start) {
                start = tried.end;
                continue;
            }
            if !ended.is_empty()
                && let Some(end) = ended.get(&start).filter(|end| **end < keyword.end)
            {
                start = *end;
                continue;
            }
            match screen.attempt(cache, text, start, window.end) {
                Attempt::Possible => return Some(start),
                Attempt::Unfinished => {}
                Attempt::Dead if tried.end == start => tried.end += 1,
                Attempt::Dead => {
                    // Between matches that end too soon are many such ranges.
                    let known = std::mem::replace(tried, start..start + 1);
                    if !ended.is_empty() && ended.len() < MAX_ENDED && known.len() >= 16 {
                        ended.insert(known.start, known.end);
                    }
                }
            }
            start += 1;
        }
        None
    }

    /// The match that begins where the window does: its secret, or its end when it ends before the keyword does. `None` when there is none.
    fn matched(
        &self,
        (rule, pattern, is_whole): (u32, &str, bool),
        text: &[u8],
        window: Range<usize>,
        least_end: usize,
        caches: &mut Caches,
    ) -> Option<Result<Option<Range<usize>>, usize>> {
        let input = Input::new(text).span(window).anchored(Anchored::Yes);
        let loose = self.loose(rule, pattern);
        let mut regex = &loose.regex;
        let (mut cache, mut captures) = caches.of(rule, regex);
        let mut found = regex.search_with(cache, &input)?;
        if !loose.is_exact(&text[found.range()]) {
            regex = self.exact(rule, pattern);
            (cache, captures) = caches.of(rule + self.exact.len() as u32, regex);
            found = regex.search_with(cache, &input)?;
        }
        if found.end() < least_end {
            return Some(Err(found.end()));
        }
        if is_whole {
            return Some(Ok(Some(found.range())));
        }
        // Groups are dear, and wanted of this match alone: it is the first choice within its own bounds, too.
        let again = Input::new(text).span(found.range()).anchored(Anchored::Yes);
        regex.search_captures_with(cache, &again, captures);
        Some(Ok(captures.get_group_by_name("secret").map(|secret| secret.range())))
    }

    /// The secret of a `near` rule: the value, when its beginning has the body's shape and goes on with nothing that could belong to it.
    pub(super) fn body(
        &self,
        (rule, body, first): (u32, &str, u128),
        text: &[u8],
        value: Range<usize>,
        caches: &mut Caches,
    ) -> Option<Range<usize>> {
        // Where a value begins is an ASCII character.
        if first.checked_shr(u32::from(text[value.start])).unwrap_or(0) & 1 == 0 {
            return None;
        }
        if !self.may_match((rule, body), text, value.clone(), true, caches) {
            return None;
        }
        let loose = self.loose(rule, body);
        let (cache, _) = caches.of(rule, &loose.regex);
        let input = Input::new(text).span(value.clone()).anchored(Anchored::Yes);
        let mut end = loose.regex.search_half_with(cache, &input)?.offset();
        if !loose.is_exact(&text[value.start..end]) {
            let exact = self.exact(rule, body);
            let (cache, _) = caches.of(rule + self.exact.len() as u32, exact);
            end = exact.search_half_with(cache, &input)?.offset();
        }
        let goes_on = text[end..value.end]
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (!goes_on).then_some(value.start..end)
    }

    /// Whether the rule's regex may match in a window: at its beginning, or anywhere.
    fn may_match(
        &self,
        (rule, pattern): (u32, &str),
        text: &[u8],
        window: Range<usize>,
        at_start: bool,
        caches: &mut Caches,
    ) -> bool {
        let screen = self.screen(rule, pattern);
        let anchored = if at_start { Anchored::Yes } else { Anchored::No };
        screen.may_match(&mut caches.of_screen(rule, screen).cache, Input::new(text).span(window).anchored(anchored))
    }

    fn screen(&self, rule: u32, pattern: &str) -> &Screen {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.screens[rule as usize]
            .get_or_init(|| Box::new(Screen::new(pattern).expect("the pattern was checked when the rule was read")))
    }

    /// The rule's regex with all its bounds, compiled when a match is too long for the other one.
    fn exact(&self, rule: u32, pattern: &str) -> &Regex {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.exact[rule as usize]
            .get_or_init(|| compile(pattern).expect("the pattern was checked when the rule was read"))
    }

    /// The rule's regex, compiled at its first use.
    fn loose(&self, rule: u32, pattern: &str) -> &RelaxedPattern {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.loose[rule as usize].get_or_init(|| {
            Box::new(RelaxedPattern::new(pattern).expect("the pattern was checked when the rule was read"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a keyword may stand at a match's beginning and at its end, each match before is looked at once, and the answer is that of a first look.
    #[test]
    fn a_match_that_ends_too_soon_is_remembered() {
        let pattern = "(?P<secret>B:[a-z]{4,90}:E)";
        let text = "B:abcdef:E and B:ghij:E, ".repeat(40) + "B:abcdefghijkl:E";
        let (regexes, mut caches) = (Regexes::new(1), Caches::default());
        caches.begin_text();
        let keywords: Vec<usize> = memchr::memmem::find_iter(text.as_bytes(), b":E").collect();
        for start in &keywords {
            let window = start.saturating_sub(700)..text.len().min(start + 200);
            let ask = |caches: &mut Caches| {
                regexes.pattern((0, pattern, false), text.as_bytes(), window.clone(), &(*start..start + 2), caches)
            };
            let found = ask(&mut caches);
            assert_eq!(found.as_ref().map(|found| found.end), Some(start + 2));
            let mut fresh = Caches::default();
            fresh.begin_text();
            assert_eq!(found, ask(&mut fresh));
        }
        let known = caches.screens[0].as_ref().map_or(0, |screened| screened.ended.len());
        assert!(known + 1 >= keywords.len(), "{known} of {}", keywords.len());
    }
}
