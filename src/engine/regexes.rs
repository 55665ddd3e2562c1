//! The rules' regexes: compiled at their first use, and run at the place that a keyword or a value gives them.

use crate::rules::{RelaxedPattern, Screen, compile};
use regex_automata::hybrid::dfa;
use regex_automata::meta::{Cache, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};
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

/// What one thread needs to run them.
#[derive(Debug, Default)]
pub(super) struct Caches {
    screens: Vec<Option<Box<dfa::Cache>>>,
    regexes: Vec<Option<Box<(Cache, Captures)>>>,
}

/// A match of a [`RelaxedPattern`] regex that may not be one of the pattern.
struct TooLong;

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

    fn of_screen(&mut self, rule: u32, screen: &Screen) -> &mut dfa::Cache {
        let rule = rule as usize;
        if self.screens.len() <= rule {
            self.screens.resize_with(rule + 1, || None);
        }
        self.screens[rule].get_or_insert_with(|| Box::new(screen.cache()))
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

    /// The secret of the pattern's match over the keyword.
    pub(super) fn pattern(
        &self,
        (rule, pattern, is_whole): (u32, &str, bool),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        caches: &mut Caches,
    ) -> Option<Range<usize>> {
        if !self.may_match((rule, pattern), text, window.clone(), window.start == keyword.start, caches) {
            return None;
        }
        let loose = self.loose(rule, pattern);
        let cache = caches.of(rule, &loose.regex);
        let is_exact = |found: &[u8]| loose.is_exact(found);
        Self::search((&loose.regex, is_whole), text, window.clone(), keyword, is_exact, cache).unwrap_or_else(
            |TooLong| {
                let exact = self.exact(rule, pattern);
                let cache = caches.of(rule + self.exact.len() as u32, exact);
                Self::search((exact, is_whole), text, window, keyword, |_| true, cache).unwrap_or(None)
            },
        )
    }

    /// The secret of the match over the keyword. In a window that begins with the keyword, so does the match.
    fn search(
        (regex, is_whole): (&Regex, bool),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        is_exact: impl Fn(&[u8]) -> bool,
        (cache, captures): (&mut Cache, &mut Captures),
    ) -> Result<Option<Range<usize>>, TooLong> {
        let mut start = window.start;
        let anchored = if start == keyword.start { Anchored::Yes } else { Anchored::No };
        while start <= keyword.start {
            let input = Input::new(text).span(start..window.end).anchored(anchored);
            let Some(found) = regex.search_with(cache, &input) else { return Ok(None) };
            if !is_exact(&text[found.range()]) {
                return Err(TooLong);
            }
            if found.start() > keyword.start {
                return Ok(None);
            }
            if found.end() >= keyword.end {
                if is_whole {
                    return Ok(Some(found.range()));
                }
                // Groups are expensive and are needed for this match only, which is the first choice within its own bounds too.
                let again = Input::new(text).span(found.range()).anchored(Anchored::Yes);
                regex.search_captures_with(cache, &again, captures);
                return Ok(captures.get_group_by_name("secret").map(|secret| secret.range()));
            }
            start = found.end().max(found.start() + 1);
        }
        Ok(None)
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
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        let screen = self.screens[rule as usize]
            .get_or_init(|| Box::new(Screen::new(pattern).expect("the pattern was checked when the rule was read")));
        let anchored = if at_start { Anchored::Yes } else { Anchored::No };
        screen.may_match(caches.of_screen(rule, screen), Input::new(text).span(window).anchored(anchored))
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
