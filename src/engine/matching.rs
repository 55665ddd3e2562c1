//! Runs the rules of a keyword in the window around its hit.

use super::assignment::Assignment;
use super::extent;
use super::filter;
use super::found::{Match, Reason, Verdict};
use super::index::{Index, Trigger, Words};
use super::keywords::{self, FarAnchor, Keywords, Reach};
use super::memo::Memo;
use super::near;
use super::prefilter::{self, Hit, Sieve, runs};
use crate::model::Confidence;
use crate::proof::{self, Outcome, Subject};
use crate::rules::run::{BEFORE_RUN, INSIDE};
use crate::rules::window::{LONGEST_VALUE, LOOK};
use crate::rules::{Form, Loose, Rule, RuleSet, compile};
use regex_automata::meta::{Cache, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Rules, ready to scan. Cheap to make: nothing is compiled before a rule's first hit.
#[derive(Debug)]
pub struct Engine {
    pub(super) rules: RuleSet,
    pub(super) keywords: Keywords,
    pub(super) sieve: Sieve,
    /// By rule.
    regexes: Vec<OnceLock<Loose>>,
    /// The same with all bounds, for matches that are too long to be sure of.
    exact: Vec<OnceLock<Regex>>,
    reach: Reach,
    near_reach: Reach,
    /// The same for patterns alone, behind the anchor: with them a line's end ends nothing.
    pattern_reach: usize,
}

/// What one thread needs to scan: caches that grow with use. One may serve any number of scans, of one engine.
#[derive(Debug, Default)]
pub struct Scratch {
    /// By rule.
    caches: Vec<Option<Box<(Cache, Captures)>>>,
    pub(super) buffer: Vec<u8>,
    pub(super) matches: Vec<Match>,
    far: Vec<FarAnchor>,
    /// What the judge said, if that is remembered.
    memo: Option<Arc<Memo>>,
}

/// How specific a rule is that knows a provider's format.
pub(super) const PROVIDER: u8 = 2;

/// A match of a [`Loose`] regex that may not be one of the pattern.
struct TooLong;

/// What a rule matched, before any filter.
struct Raw {
    rule: u32,
    /// What may decide about the match, around the secret.
    window: Range<usize>,
    secret: Range<usize>,
    anchor: usize,
    extent: usize,
    /// What the judge is to decide about, for rules that leave it to him.
    assignment: Option<Assignment>,
}

impl Engine {
    /// An engine for these rules.
    #[must_use]
    pub fn new(rules: RuleSet) -> Engine {
        let keywords = Keywords::of(&rules);
        // Of what is found by runs nothing reaches far.
        let [two, three, four] = [&keywords.at_runs.1, &keywords.before_runs.1, &keywords.named_runs.1]
            .map(|words| keywords::reach(words, |_| true));
        let everywhere = |choose: fn(&Trigger) -> bool| keywords::reach(&keywords.everywhere.1, choose);
        let reach = |one: Reach| Reach {
            before: one.before.max(two.before).max(three.before.max(four.before) + BEFORE_RUN + INSIDE) + filter::REACH,
            after: one.after.max(two.after).max(three.after).max(four.after) + filter::REACH,
        };
        Engine {
            reach: reach(everywhere(|_| true)),
            near_reach: reach(everywhere(|trigger| !keywords::is_far(trigger))),
            pattern_reach: {
                let is_pattern = |trigger: &Trigger| !trigger.by_line && !keywords::is_far(trigger);
                everywhere(is_pattern).after.max(two.after) + filter::REACH
            },
            regexes: rules.rules().iter().map(|_| OnceLock::new()).collect(),
            exact: rules.rules().iter().map(|_| OnceLock::new()).collect(),
            sieve: Sieve::best(),
            keywords,
            rules,
        }
    }

    /// The rules, in the order of [`Match::rule`].
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        self.rules.rules()
    }

    /// A match's rule.
    #[must_use]
    pub fn rule(&self, found: &Match) -> &Rule {
        &self.rules.rules()[found.rule as usize]
    }

    /// How far all rules reach.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// How far the rules reach that do not begin at a [`FarAnchor`].
    #[must_use]
    pub fn near_reach(&self) -> Reach {
        self.near_reach
    }

    /// The first place in a text from which on bytes at `end` or behind it may decide about an anchor that does not reach far. By
    /// [`Engine::near_reach`] alone it would be farther away than it mostly is.
    #[must_use]
    pub fn open_from(&self, text: &[u8], end: usize) -> usize {
        let least = end.saturating_sub(self.near_reach.after);
        extent::open_from(text, least, end).min(end.saturating_sub(self.pattern_reach)).max(least)
    }

    /// How many bytes around an anchor that reaches far can decide about its matches.
    #[must_use]
    pub fn far_reach(&self, anchor: FarAnchor) -> Reach {
        let (length, triggers) = self.keywords.everywhere.1.get(anchor.keyword);
        let widest = |side: fn(&Trigger) -> u32| triggers.iter().map(side).max().unwrap_or(0) as usize + filter::REACH;
        Reach { before: widest(|trigger| trigger.before), after: widest(|trigger| trigger.after) + length }
    }

    /// How specific a rule's form is.
    pub(super) fn specificity(&self, rule: u32) -> u8 {
        let rule = &self.rules.rules()[rule as usize];
        match rule.form {
            Form::Names { .. } => 0,
            _ if rule.structural => 1,
            Form::Pattern { .. } | Form::Near { .. } | Form::Whole => PROVIDER,
        }
    }

    /// Appends the matches of all keywords and runs that begin in `anchors`, looking at `text` around them as far as the rules reach.
    /// They are neither sorted nor [resolved](super::resolve).
    pub fn matches(&self, text: &[u8], anchors: Range<usize>, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let mut far = std::mem::take(&mut scratch.far);
        self.near_matches(text, (anchors, 0), scratch, out, &mut far);
        far.drain(..).for_each(|anchor| self.far_matches(text, anchor, scratch, out));
        scratch.far = far;
    }

    /// The same as [`Engine::matches`], but keywords that reach far are only noted: see [`Engine::far_matches`]. What is decided before
    /// `settled`, for its [extent](Match::extent) ends there or sooner, is known already and left out.
    pub fn near_matches(
        &self,
        text: &[u8],
        (anchors, settled): (Range<usize>, usize),
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
        far: &mut Vec<FarAnchor>,
    ) {
        let memo = scratch.memo.take();
        let judged = |raw| out.push(self.judged(text, raw, memo.as_deref()));
        self.raw(text, (anchors, settled), scratch, |anchor| far.push(anchor), judged);
        scratch.memo = memo;
    }

    /// Appends the matches of a keyword that reaches far.
    pub fn far_matches(&self, text: &[u8], anchor: FarAnchor, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let hit = Hit { start: anchor.start, keyword: anchor.keyword };
        let memo = scratch.memo.take();
        let mut judged = |raw| out.push(self.judged(text, raw, memo.as_deref()));
        self.keyword(text, (hit, 0), &self.keywords.everywhere.1, scratch, &mut judged);
        scratch.memo = memo;
    }

    /// Calls `each` with every assignment that is put before the judge, and the rule that does so, for training and for explanations. Some
    /// come twice.
    pub fn assignments(&self, text: &[u8], scratch: &mut Scratch, mut each: impl FnMut(&Rule, &Assignment)) {
        self.raw(
            text,
            (0..text.len(), 0),
            scratch,
            |_| {},
            |raw| {
                if let Some(found) = raw.assignment {
                    each(&self.rules.rules()[raw.rule as usize], &found);
                }
            },
        );
    }

    /// Why an assignment does not get before the judge: cheap filters turn most of them down.
    #[must_use]
    pub fn objection(&self, text: &[u8], found: &Assignment) -> Option<String> {
        filter::objection(text, found).map(|reason| reason.to_string())
    }

    /// Finds what rules match near keywords and runs, before any filter; keywords that reach far are only told of.
    fn raw(
        &self,
        text: &[u8],
        (anchors, settled): (Range<usize>, usize),
        scratch: &mut Scratch,
        mut far: impl FnMut(FarAnchor),
        mut emit: impl FnMut(Raw),
    ) {
        let Index { everywhere: (plan, words), at_runs: (heads, head_words), .. } = &*self.keywords;
        prefilter::find(plan, self.sieve, text, anchors.clone(), |hit| {
            if words.get(hit.keyword).1.iter().any(keywords::is_far) {
                far(FarAnchor { start: hit.start, keyword: hit.keyword });
            } else {
                self.keyword(text, (hit, settled), words, scratch, &mut emit);
            }
        });
        let mut idle = None;
        // A run is longer than a head.
        let is_worth =
            |run, has_digit| prefilter::may_be_head(heads, text, run) | (has_digit & near::may_be_value(text, run));
        runs(self.sieve, text, anchors, is_worth, |run, has_digit| {
            prefilter::heads(heads, text, run, |hit| {
                self.keyword(text, (hit, settled), head_words, scratch, &mut emit);
            });
            if has_digit {
                self.before_run(text, (run, settled), &mut idle, scratch, &mut emit);
            }
        });
    }

    /// Runs every rule of a keyword's hit that is not decided before `settled`.
    fn keyword(
        &self,
        text: &[u8],
        (hit, settled): (Hit, usize),
        words: &Words,
        scratch: &mut Scratch,
        emit: &mut impl FnMut(Raw),
    ) {
        let (length, triggers) = words.get(hit.keyword);
        let keyword = hit.start..hit.start + length;
        let extent = |trigger: &Trigger| {
            extent::of_keyword(
                &self.rules.rules()[trigger.rule as usize],
                text,
                hit.start,
                length,
                trigger.after as usize,
            )
        };
        let is_open = |trigger: &&Trigger| hit.start >= settled || hit.start + extent(trigger) > settled;
        // All rules about assignments ask the same question of the same place: it is answered once.
        let asks = |trigger: &Trigger| matches!(self.rules.rules()[trigger.rule as usize].form, Form::Names { .. });
        let assignment =
            if triggers.iter().filter(is_open).any(asks) { Assignment::parse(text, keyword.clone()) } else { None };
        for trigger in triggers.iter().filter(is_open) {
            let window = keyword.start.saturating_sub(trigger.before as usize)
                ..(keyword.end + trigger.after as usize).min(text.len());
            let secret = match &self.rules.rules()[trigger.rule as usize].form {
                Form::Pattern { pattern, is_whole, required, .. } => {
                    if required.is_some_and(|byte| memchr::memchr(byte, &text[window.clone()]).is_none()) {
                        continue;
                    }
                    // Where nothing of a match stands before the keyword, it begins here or nowhere.
                    let from = if trigger.before as usize <= LOOK { keyword.start } else { window.start };
                    self.pattern(trigger.rule, (pattern, *is_whole), text, from..window.end, &keyword, scratch)
                }
                // A short body has no run to be found by: wherever a value may begin behind the name, it is tried.
                Form::Near { body, first, .. } => near::values(text, &keyword).find_map(|start| {
                    let value = start..(start + LONGEST_VALUE + 1).min(text.len());
                    let secret = self.body(trigger.rule, (body, *first), text, value, scratch)?;
                    (near::is_mixed(&text[secret.clone()]) && near::belongs(text, &keyword, start)).then_some(secret)
                }),
                Form::Names { .. } => assignment.as_ref().map(|found| found.value.clone()),
                Form::Whole => None,
            };
            if let Some(secret) = secret {
                let rule = &self.rules.rules()[trigger.rule as usize];
                let assignment = match rule.form {
                    Form::Names { .. } => assignment.clone(),
                    _ if rule.judged => Some(Assignment::around(text, secret.clone())),
                    _ => None,
                };
                let (anchor, extent) = (hit.start, extent(trigger));
                // A proof of a pattern may look around; what has none looks at the value.
                let window = match rule.form {
                    Form::Pattern { .. } => window,
                    _ => keyword.start.min(secret.start)..secret.end,
                };
                emit(Raw { rule: trigger.rule, window, secret, anchor, extent, assignment });
            }
        }
    }

    /// Runs the rules of the keywords before a run of token characters that begins at `run`, unless they are decided before `settled`.
    /// Before a value that begins at `idle` it is known that there is nothing.
    fn before_run(
        &self,
        text: &[u8],
        (run, settled): (usize, usize),
        idle: &mut Option<usize>,
        scratch: &mut Scratch,
        emit: &mut impl FnMut(Raw),
    ) {
        // This dismisses most runs, which are identifiers.
        let Some(start) = near::value_start(text, run) else { return };
        // Base64 has several runs in one value, of which each would ask the same of what stands before.
        if *idle == Some(start) {
            return;
        }
        let extent = extent::of_run(text, run);
        if run + extent <= settled {
            return;
        }
        *idle = Some(start);
        let index = &*self.keywords;
        let before = start.saturating_sub(BEFORE_RUN);
        let nearest = near::earliest(text, start).max(before);
        let value = start..(start + LONGEST_VALUE + 1).min(text.len());
        for at in near::part_starts(text, nearest..start, &index.before_starts) {
            prefilter::heads(&index.before_runs.0, text, at, |hit| {
                let (length, triggers) = index.before_runs.1.get(hit.keyword);
                if !near::belongs(text, &(hit.start..hit.start + length), start) {
                    return;
                }
                for trigger in triggers {
                    let rule = &self.rules.rules()[trigger.rule as usize];
                    if let Form::Near { body, first, .. } = &rule.form
                        && let Some(secret) = self.body(trigger.rule, (body, *first), text, value.clone(), scratch)
                    {
                        let assignment = rule.judged.then(|| Assignment::around(text, secret.clone()));
                        let window = hit.start..secret.end;
                        *idle = None;
                        emit(Raw { rule: trigger.rule, window, secret, anchor: run, extent, assignment });
                    }
                }
            });
        }
        let (plan, words) = &index.named_runs;
        prefilter::find(plan, self.sieve, &text[..start], before..start, |hit| {
            let (length, triggers) = words.get(hit.keyword);
            let Some(found) = Assignment::parse(text, hit.start..hit.start + length) else { return };
            *idle = None;
            if found.value.start <= run && run < found.value.end {
                for trigger in triggers {
                    let (secret, assignment) = (found.value.clone(), Some(found.clone()));
                    let window = secret.clone();
                    emit(Raw { rule: trigger.rule, window, secret, anchor: run, extent, assignment });
                }
            }
        });
    }

    /// A match, with what its bytes prove and what the filters say of it.
    fn judged(&self, text: &[u8], raw: Raw, memo: Option<&Memo>) -> Match {
        let Raw { rule, window, secret, anchor, extent, assignment } = raw;
        let of = &self.rules.rules()[rule as usize];
        let subject = Subject::new(text, &window, &secret);
        let Outcome { proof, verdict } = of.proof.map(|kind| proof::check(kind, &subject)).unwrap_or_default();
        let (confidence, verdict) = match verdict {
            proof::Verdict::Proved => (Confidence::High, Verdict::Kept),
            proof::Verdict::Refuted(why) => (of.confidence, Verdict::Rejected(Reason::Refuted(why))),
            proof::Verdict::Unknown => filter::judge(of, text, &secret, assignment.as_ref(), memo),
        };
        Match { rule, secret, anchor, extent, proof, confidence, verdict }
    }

    /// The secret of the pattern's match over the keyword.
    fn pattern(
        &self,
        rule: u32,
        (pattern, is_whole): (&str, bool),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        scratch: &mut Scratch,
    ) -> Option<Range<usize>> {
        let loose = self.regex(rule, pattern);
        let cache = scratch.cache(rule, &loose.regex);
        Self::search((&loose.regex, is_whole, loose.exact), text, window.clone(), keyword, cache).unwrap_or_else(
            |TooLong| {
                let exact = self.exact(rule, pattern);
                let cache = scratch.cache(rule + self.exact.len() as u32, exact);
                Self::search((exact, is_whole, usize::MAX), text, window, keyword, cache).unwrap_or(None)
            },
        )
    }

    /// The secret of the match over the keyword. In a window that begins with the keyword, so does the match.
    fn search(
        (regex, is_whole, exact): (&Regex, bool, usize),
        text: &[u8],
        window: Range<usize>,
        keyword: &Range<usize>,
        (cache, captures): (&mut Cache, &mut Captures),
    ) -> Result<Option<Range<usize>>, TooLong> {
        let mut start = window.start;
        let anchored = if start == keyword.start { Anchored::Yes } else { Anchored::No };
        while start <= keyword.start {
            let input = Input::new(text).span(start..window.end).anchored(anchored);
            let Some(found) = regex.search_with(cache, &input) else { return Ok(None) };
            if found.len() > exact {
                return Err(TooLong);
            }
            if found.start() > keyword.start {
                return Ok(None);
            }
            if found.end() >= keyword.end {
                if is_whole {
                    return Ok(Some(found.range()));
                }
                // Groups are dear, and wanted of this match alone: it is the first choice within its own bounds, too.
                let again = Input::new(text).span(found.range()).anchored(Anchored::Yes);
                regex.search_captures_with(cache, &again, captures);
                return Ok(captures.get_group_by_name("secret").map(|secret| secret.range()));
            }
            start = found.end().max(found.start() + 1);
        }
        Ok(None)
    }

    /// The secret of a `near` rule: the value, when its beginning has the body's shape and goes on with nothing that could belong to it.
    fn body(
        &self,
        rule: u32,
        (body, first): (&str, u128),
        text: &[u8],
        value: Range<usize>,
        scratch: &mut Scratch,
    ) -> Option<Range<usize>> {
        // Where a value begins is an ASCII character.
        if first.checked_shr(u32::from(text[value.start])).unwrap_or(0) & 1 == 0 {
            return None;
        }
        let loose = self.regex(rule, body);
        let (cache, _) = scratch.cache(rule, &loose.regex);
        let input = Input::new(text).span(value.clone()).anchored(Anchored::Yes);
        let mut end = loose.regex.search_half_with(cache, &input)?.offset();
        if end - value.start > loose.exact {
            let exact = self.exact(rule, body);
            let (cache, _) = scratch.cache(rule + self.exact.len() as u32, exact);
            end = exact.search_half_with(cache, &input)?.offset();
        }
        let goes_on = text[end..value.end]
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (!goes_on).then_some(value.start..end)
    }

    /// The rule's regex with all its bounds, compiled when a match is too long for the other one.
    fn exact(&self, rule: u32, pattern: &str) -> &Regex {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.exact[rule as usize]
            .get_or_init(|| compile(pattern).expect("the pattern was checked when the rule was read"))
    }

    /// The rule's regex, compiled at its first use.
    fn regex(&self, rule: u32, pattern: &str) -> &Loose {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.regexes[rule as usize]
            .get_or_init(|| Loose::new(pattern).expect("the pattern was checked when the rule was read"))
    }
}

impl Scratch {
    /// One for scanning many versions of the same files: what the judge said is remembered there.
    #[must_use]
    pub fn remembering(memo: &Arc<Memo>) -> Scratch {
        Scratch { memo: Some(Arc::clone(memo)), ..Scratch::default() }
    }

    fn cache(&mut self, rule: u32, regex: &Regex) -> (&mut Cache, &mut Captures) {
        let rule = rule as usize;
        if self.caches.len() <= rule {
            self.caches.resize_with(rule + 1, || None);
        }
        let made = self.caches[rule].get_or_insert_with(|| Box::new((regex.create_cache(), regex.create_captures())));
        let (cache, captures) = &mut **made;
        (cache, captures)
    }
}
