//! Runs the rules of a keyword in the window around its hit.

use super::assignment::Assignment;
use super::filter;
use super::near;
use super::prefilter::{Heads, Hit, Literal, Prefilter, runs};
use crate::model::{Confidence, Proof};
use crate::proof::{self, Outcome, Subject};
use crate::rules::window::{BEFORE_RUN, LONGEST_VALUE};
use crate::rules::{Form, Rule, RuleSet, compile};
use regex_automata::meta::{Cache, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// Why a match was turned down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Its own bytes disprove it; the text says by what.
    Refuted(&'static str),
    /// Its entropy is below the rule's bound.
    Entropy,
    /// It stands in for a secret; the text says for what it was taken.
    Placeholder(&'static str),
    /// The value is not what a secret looks like; the text says what it is.
    Value(&'static str),
    /// Among binary bytes only rules of high confidence count.
    Binary,
    /// The rule with this index in the set has a better claim to the same bytes.
    Overlap(u32),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Refuted(why) => f.write_str(why),
            Reason::Entropy => f.write_str("entropy below the rule's bound"),
            Reason::Placeholder(what) => write!(f, "placeholder: {what}"),
            Reason::Value(what) => write!(f, "value: {what}"),
            Reason::Binary => f.write_str("binary surroundings"),
            Reason::Overlap(_) => f.write_str("a more specific rule matched the same bytes"),
        }
    }
}

/// Where a keyword stands whose rules reach far: those for whole private keys. They are rare, so that whoever sees a text only in parts
/// can remember all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarAnchor {
    /// Where the keyword begins.
    pub start: usize,
    keyword: u32,
}

impl FarAnchor {
    /// The same keyword at another place.
    #[must_use]
    pub fn moved_to(self, start: usize) -> FarAnchor {
        FarAnchor { start, ..self }
    }
}

/// A keyword reaches far when more bytes than this, to one side, can decide about its matches.
const FAR: usize = 2048;

/// What became of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is reported.
    Kept,
    /// It is not.
    Rejected(Reason),
}

/// A place where a rule matched. Places are offsets in the text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule's index in the engine's set.
    pub rule: u32,
    /// The secret.
    pub secret: Range<usize>,
    /// Where the keyword, or the run of token characters, begins that led to it. The match depends on the bytes around this place and on nothing else, as far as
    /// [`Engine::reach`] says.
    pub anchor: usize,
    /// What its bytes say about it.
    pub proof: Proof,
    /// How sure it is.
    pub confidence: Confidence,
    /// What became of it.
    pub verdict: Verdict,
}

impl AsRef<Match> for Match {
    fn as_ref(&self) -> &Match {
        self
    }
}

/// A rule of a keyword, with its window.
#[derive(Clone, Copy, Debug)]
struct Trigger {
    rule: u32,
    before: usize,
    after: usize,
}

/// Keywords that are looked for by `P`, and the rules that each of them starts.
#[derive(Debug)]
struct Keywords<P> {
    finder: P,
    /// For each keyword: its length, and its rules.
    triggers: Vec<(usize, Vec<Trigger>)>,
}

impl<P> Keywords<P> {
    /// The keywords of the rules that `choose` takes.
    fn of(rules: &[Rule], choose: impl Fn(&Form) -> bool, finder: impl Fn(&[Literal<'_>]) -> P) -> Keywords<P> {
        let mut index: HashMap<Literal<'_>, usize> = HashMap::new();
        let mut literals: Vec<Literal<'_>> = Vec::new();
        let mut triggers: Vec<(usize, Vec<Trigger>)> = Vec::new();
        for (rule, number) in rules.iter().zip(0_u32..).filter(|(rule, _)| choose(&rule.form)) {
            for keyword in rule.keywords.iter() {
                let literal = Literal { bytes: keyword.text.as_bytes(), ignore_case: keyword.ignore_case };
                let at = *index.entry(literal).or_insert_with(|| {
                    literals.push(literal);
                    triggers.push((literal.bytes.len(), Vec::new()));
                    literals.len() - 1
                });
                let (before, after) = (keyword.before as usize, keyword.after as usize);
                triggers[at].1.push(Trigger { rule: number, before, after });
            }
        }
        Keywords { finder: finder(&literals), triggers }
    }

    /// Whether a keyword reaches far.
    fn is_far(&self, keyword: u32) -> bool {
        self.triggers[keyword as usize].1.iter().any(|trigger| trigger.before.max(trigger.after) > FAR)
    }

    /// The widest of all windows; of those that are no wider than a bound.
    fn reach(&self, most: usize) -> Reach {
        let mut reach = Reach { before: 0, after: 0 };
        for (length, triggers) in &self.triggers {
            for trigger in triggers.iter().filter(|trigger| trigger.before.max(trigger.after) <= most) {
                reach.before = reach.before.max(trigger.before);
                reach.after = reach.after.max(trigger.after + length);
            }
        }
        reach
    }
}

/// Rules, ready to scan. Cheap to make: nothing is compiled before a rule's first hit.
#[derive(Debug)]
pub struct Engine {
    rules: RuleSet,
    /// Looked for everywhere.
    everywhere: Keywords<Prefilter>,
    /// Looked for only where runs of token characters begin.
    at_runs: Keywords<Heads>,
    /// Looked for only before runs of token characters.
    before_runs: Keywords<Prefilter>,
    regexes: Vec<OnceLock<Regex>>,
    reach: Reach,
    near_reach: Reach,
}

/// How many bytes around an anchor, a keyword's or a run's first byte, can decide about its matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Before the anchor.
    pub before: usize,
    /// From the anchor on.
    pub after: usize,
}

/// What one thread needs to scan: caches that grow with use. One may serve any number of scans, of one engine.
#[derive(Debug, Default)]
pub struct Scratch {
    caches: HashMap<u32, (Cache, Captures)>,
    pub(super) buffer: Vec<u8>,
    pub(super) matches: Vec<Match>,
    far: Vec<FarAnchor>,
}

impl Engine {
    /// An engine for these rules.
    #[must_use]
    pub fn new(rules: RuleSet) -> Engine {
        let all = rules.rules();
        let is_head = |form: &Form| matches!(form, Form::Pattern { by_run: true, .. });
        let is_before = |form: &Form| matches!(form, Form::Near { by_run: true, .. });
        let everywhere = Keywords::of(all, |form| !is_head(form) && !is_before(form), Prefilter::new);
        let at_runs = Keywords::of(all, is_head, Heads::new);
        let before_runs = Keywords::of(all, is_before, Prefilter::new);
        let reach = |most: usize| {
            let (one, two, three) = (everywhere.reach(most), at_runs.reach(most), before_runs.reach(most));
            Reach {
                before: one.before.max(two.before).max(three.before + BEFORE_RUN) + filter::REACH,
                after: one.after.max(two.after).max(three.after) + filter::REACH,
            }
        };
        Engine {
            reach: reach(usize::MAX),
            near_reach: reach(FAR),
            regexes: rules.rules().iter().map(|_| OnceLock::new()).collect(),
            everywhere,
            at_runs,
            before_runs,
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

    /// How specific a rule's form is.
    pub(super) fn specificity(&self, rule: u32) -> u8 {
        let rule = &self.rules.rules()[rule as usize];
        match rule.form {
            Form::Names => 0,
            _ if rule.structural => 1,
            Form::Pattern { .. } | Form::Near { .. } => 2,
        }
    }

    /// Appends the matches of all keywords and runs that begin in `anchors`, looking at `text` around them as far as the rules reach.
    /// They are neither sorted nor [resolved](super::resolve).
    pub fn matches(&self, text: &[u8], anchors: Range<usize>, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let mut far = std::mem::take(&mut scratch.far);
        self.near_matches(text, anchors, scratch, out, &mut far);
        far.drain(..).for_each(|anchor| self.far_matches(text, anchor, scratch, out));
        scratch.far = far;
    }

    /// The same as [`Engine::matches`], but keywords that reach far are only noted: see [`Engine::far_matches`].
    pub fn near_matches(
        &self,
        text: &[u8],
        anchors: Range<usize>,
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
        far: &mut Vec<FarAnchor>,
    ) {
        self.everywhere.finder.scan(text, anchors.clone(), |hit| {
            if self.everywhere.is_far(hit.keyword) {
                far.push(FarAnchor { start: hit.start, keyword: hit.keyword });
            } else {
                self.keyword(text, hit, &self.everywhere.triggers, scratch, out);
            }
        });
        runs(text, anchors, |run, has_digit| {
            self.at_runs.finder.at(text, run, |hit| self.keyword(text, hit, &self.at_runs.triggers, scratch, out));
            if has_digit {
                self.before_run(text, run, scratch, out);
            }
        });
    }

    /// Appends the matches of a keyword that reaches far.
    pub fn far_matches(&self, text: &[u8], anchor: FarAnchor, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let hit = Hit { start: anchor.start, keyword: anchor.keyword };
        self.keyword(text, hit, &self.everywhere.triggers, scratch, out);
    }

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
        self.before_runs.finder.scan(text, 0..text.len(), |hit| note(hit, &self.before_runs.triggers));
        (0..text.len()).for_each(|at| self.at_runs.finder.at(text, at, |hit| note(hit, &self.at_runs.triggers)));
        found.sort();
        found.sort_by_key(|(_, start, _)| *start);
        found
    }

    /// Runs every rule of a keyword's hit.
    fn keyword(
        &self,
        text: &[u8],
        hit: Hit,
        triggers: &[(usize, Vec<Trigger>)],
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        let (length, triggers) = &triggers[hit.keyword as usize];
        let keyword = hit.start..hit.start + length;
        // All rules about assignments ask the same question of the same place: it is answered once.
        let asks = |trigger: &Trigger| self.rules.rules()[trigger.rule as usize].form == Form::Names;
        let assignment = if triggers.iter().any(asks) { Assignment::parse(text, keyword.clone()) } else { None };
        for trigger in triggers {
            let window = keyword.start.saturating_sub(trigger.before)..(keyword.end + trigger.after).min(text.len());
            let secret = match &self.rules.rules()[trigger.rule as usize].form {
                Form::Pattern { pattern, is_whole, required, .. } => {
                    if required.is_some_and(|byte| memchr::memchr(byte, &text[window.clone()]).is_none()) {
                        continue;
                    }
                    self.pattern(trigger.rule, (pattern, *is_whole), text, window.clone(), &keyword, scratch)
                }
                // A short body has no run to be found by: wherever a value may begin behind the name, it is tried.
                Form::Near { body, .. } => near::values(text, &keyword).find_map(|start| {
                    let value = start..(start + LONGEST_VALUE + 1).min(text.len());
                    let secret = self.body(trigger.rule, body, text, value, scratch)?;
                    (near::is_mixed(&text[secret.clone()]) && near::belongs(text, &keyword, start)).then_some(secret)
                }),
                Form::Names => assignment.as_ref().map(|found| found.value.clone()),
            };
            if let Some(secret) = secret {
                out.push(self.judged(trigger.rule, text, (window, secret), hit.start, assignment.as_ref()));
            }
        }
    }

    /// Runs the rules of the keywords before a run of token characters that begins at `run`.
    fn before_run(&self, text: &[u8], run: usize, scratch: &mut Scratch, out: &mut Vec<Match>) {
        // This dismisses most runs, which are identifiers.
        if !near::may_begin(text, run) {
            return;
        }
        let before = run.saturating_sub(BEFORE_RUN);
        self.before_runs.finder.scan(&text[..run], before..run, |hit| {
            let (length, triggers) = &self.before_runs.triggers[hit.keyword as usize];
            if !near::belongs(text, &(hit.start..hit.start + length), run) {
                return;
            }
            let value = run..(run + LONGEST_VALUE + 1).min(text.len());
            for trigger in triggers {
                if let Form::Near { body, .. } = &self.rules.rules()[trigger.rule as usize].form
                    && let Some(secret) = self.body(trigger.rule, body, text, value.clone(), scratch)
                {
                    out.push(self.judged(trigger.rule, text, (hit.start..value.end, secret), run, None));
                }
            }
        });
    }

    /// A match, with what its bytes prove and what the filters say of it. `window` is what may decide about it, around the secret.
    fn judged(
        &self,
        rule: u32,
        text: &[u8],
        (window, secret): (Range<usize>, Range<usize>),
        anchor: usize,
        assignment: Option<&Assignment>,
    ) -> Match {
        let of = &self.rules.rules()[rule as usize];
        let subject = Subject::new(text, &window, &secret);
        let Outcome { proof, verdict } = of.proof.map(|kind| proof::check(kind, &subject)).unwrap_or_default();
        let (confidence, verdict) = match verdict {
            proof::Verdict::Proved => (Confidence::High, Verdict::Kept),
            proof::Verdict::Refuted(why) => (of.confidence, Verdict::Rejected(Reason::Refuted(why))),
            proof::Verdict::Unknown => {
                filter::judge(of, text, &secret, assignment.filter(|_| of.form == Form::Names))
            }
        };
        Match { rule, secret, anchor, proof, confidence, verdict }
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
        let regex = self.regex(rule, pattern);
        let (cache, captures) = scratch.cache(rule, regex);
        let mut start = window.start;
        while start <= keyword.start {
            let input = Input::new(text).span(start..window.end);
            let found = regex.search_with(cache, &input)?;
            if found.start() > keyword.start {
                return None;
            }
            if found.end() >= keyword.end {
                if is_whole {
                    return Some(found.range());
                }
                // Groups are dear, and wanted of this match alone: it is the first choice within its own bounds, too.
                let again = Input::new(text).span(found.range()).anchored(Anchored::Yes);
                regex.search_captures_with(cache, &again, captures);
                return captures.get_group_by_name("secret").map(|secret| secret.range());
            }
            start = found.end().max(found.start() + 1);
        }
        None
    }

    /// The secret of a `near` rule: the value, when its beginning has the body's shape and goes on with nothing that could belong to it.
    fn body(
        &self,
        rule: u32,
        body: &str,
        text: &[u8],
        value: Range<usize>,
        scratch: &mut Scratch,
    ) -> Option<Range<usize>> {
        let regex = self.regex(rule, body);
        let (cache, captures) = scratch.cache(rule, regex);
        let input = Input::new(text).span(value.clone()).anchored(Anchored::Yes);
        regex.search_captures_with(cache, &input, captures);
        let end = captures.get_match()?.end();
        let goes_on = text[end..value.end]
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        (!goes_on).then_some(value.start..end)
    }

    /// The rule's regex, compiled at its first use.
    fn regex(&self, rule: u32, pattern: &str) -> &Regex {
        #[expect(clippy::expect_used, reason = "RuleSet compiles what it reads, and a test every built-in rule")]
        self.regexes[rule as usize]
            .get_or_init(|| compile(pattern).expect("the pattern was checked when the rule was read"))
    }
}

impl Scratch {
    fn cache(&mut self, rule: u32, regex: &Regex) -> (&mut Cache, &mut Captures) {
        let (cache, captures) =
            self.caches.entry(rule).or_insert_with(|| (regex.create_cache(), regex.create_captures()));
        (cache, captures)
    }
}
