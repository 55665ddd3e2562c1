//! Runs the rules of a keyword in the window around its hit.

use super::assignment::Assignment;
use super::evidence;
use super::filter;
use super::found::{Match, Reason, Verdict};
use super::index::{Index, Trigger, Words};
use super::keywords::{self, FarAnchor, FarKind, Keywords, Reach};
use super::lookahead;
use super::prefilter::{self, Hit, Sieve, runs};
use super::proximity;
use super::regexes::{Caches, Regexes};
use super::verdict_cache::VerdictCache;
use crate::content::decode;
use crate::model::Confidence;
use crate::proof::{self, Outcome, Subject};
use crate::rules::run::{BEFORE_RUN, INSIDE};
use crate::rules::window::{LONGEST_VALUE, LOOK};
use crate::rules::{Form, Rule, RuleSet};
use std::ops::Range;
use std::sync::Arc;

/// Rules, ready to scan. Cheap to make: nothing is compiled before a rule's first hit.
#[derive(Debug)]
pub struct Engine {
    pub(super) rules: RuleSet,
    pub(super) keywords: Keywords,
    pub(super) sieve: Sieve,
    regexes: Regexes,
    reach: Reach,
    near_reach: Reach,
    /// The same for patterns alone, behind the anchor: with them a line's end ends nothing.
    pattern_reach: usize,
    /// How deep what is encoded is decoded.
    decode_depth: u8,
}

/// What is encoded so often is decoded, unless another depth is asked for.
pub const DECODE_DEPTH: u8 = 5;

/// What one thread needs to scan: caches that grow with use. One may serve any number of scans, of one engine.
#[derive(Debug, Default)]
pub struct Scratch {
    caches: Caches,
    pub(super) buffer: Vec<u8>,
    pub(super) matches: Vec<Match>,
    far: Vec<FarAnchor>,
    /// How deep the text that is scanned is inside encoded ones.
    pub(super) depth: u8,
    /// Cached verdicts of the classifier, if enabled.
    verdict_cache: Option<Arc<VerdictCache>>,
}

/// How specific a rule is that knows a provider's format.
pub(super) const PROVIDER: u8 = 2;

/// What a rule matched, before any filter.
struct Raw {
    rule: u32,
    /// What may decide about the match, around the secret.
    window: Range<usize>,
    secret: Range<usize>,
    anchor: usize,
    extent: usize,
    /// The assignment for the classifier, for rules that use it.
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
            regexes: Regexes::new(rules.rules().len()),
            sieve: Sieve::best(),
            keywords,
            rules,
            decode_depth: 0,
        }
        .with_decode_depth(DECODE_DEPTH)
    }

    /// The same engine that decodes what is encoded up to this many times; 0 decodes nothing.
    #[must_use]
    pub fn with_decode_depth(mut self, depth: u8) -> Engine {
        if depth > 0 {
            self.reach.before = self.reach.before.max(decode::BEFORE);
            self.reach.after = self.reach.after.max(decode::AFTER);
        }
        self.decode_depth = depth;
        self
    }

    pub(super) fn decode_depth(&self) -> u8 {
        self.decode_depth
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
        lookahead::open_from(text, least, end).min(end.saturating_sub(self.pattern_reach)).max(least)
    }

    /// How many bytes around an anchor that reaches far can decide about its matches.
    #[must_use]
    pub fn far_reach(&self, anchor: FarAnchor) -> Reach {
        let keyword = match anchor.kind {
            FarKind::Keyword(keyword) => keyword,
            FarKind::Encoded(_, reach) => return reach,
        };
        let (length, triggers) = self.keywords.everywhere.1.get(keyword);
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
        far.drain(..).for_each(|mut anchor| self.far_matches(text, &mut anchor, scratch, out));
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
        scratch.begin_text();
        let verdict_cache = scratch.verdict_cache.take();
        let judged = |raw| out.push(self.judged(text, raw, verdict_cache.as_deref()));
        self.raw(text, (anchors, settled), scratch, |anchor| far.push(anchor), judged);
        scratch.verdict_cache = verdict_cache;
    }

    /// Appends the matches of an anchor that reaches far, and notes in it how far, if that depends on the text.
    pub fn far_matches(&self, text: &[u8], anchor: &mut FarAnchor, scratch: &mut Scratch, out: &mut Vec<Match>) {
        let keyword = match anchor.kind {
            FarKind::Keyword(keyword) => keyword,
            FarKind::Encoded(decoder, _) => return self.encoded_matches(text, (anchor, decoder), scratch, out),
        };
        let hit = Hit { start: anchor.start, keyword };
        let verdict_cache = scratch.verdict_cache.take();
        let mut judged = |raw| out.push(self.judged(text, raw, verdict_cache.as_deref()));
        self.keyword(text, (hit, 0), &self.keywords.everywhere.1, scratch, &mut judged);
        scratch.verdict_cache = verdict_cache;
    }

    /// Calls `each` with every assignment that reaches the classifier, and its rule, for training and for explanations. Some occur twice.
    pub fn assignments(&self, text: &[u8], scratch: &mut Scratch, mut each: impl FnMut(&Rule, &Assignment)) {
        scratch.begin_text();
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

    /// The reason why an assignment does not reach the classifier: cheap filters reject most of them.
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
        let decodes = scratch.depth < self.decode_depth;
        prefilter::find(plan, self.sieve, text, anchors.clone(), |hit| {
            if let Some(decoder) = words.decoder(hit.keyword).filter(|_| decodes) {
                far(evidence::anchor(evidence::decoder(decoder), hit.start));
            }
            if decodes
                && let Some(escape) = evidence::before_token(text, hit.start)
                && words.get(hit.keyword).1.iter().any(|trigger| self.specificity(trigger.rule) == PROVIDER)
            {
                far(escape);
            }
            if words.get(hit.keyword).1.iter().any(keywords::is_far) {
                far(FarAnchor { start: hit.start, kind: FarKind::Keyword(hit.keyword) });
            } else {
                self.keyword(text, (hit, settled), words, scratch, &mut emit);
            }
        });
        let mut idle = None;
        // A run is longer than a head.
        let is_worth = |run, has_digit| {
            prefilter::may_be_head(heads, text, run)
                | (has_digit & proximity::may_be_value(text, run))
                | (decodes && evidence::is_evidence(heads, text, run))
        };
        runs(self.sieve, text, anchors, is_worth, |run, has_digit| {
            prefilter::heads(heads, text, run, |hit| {
                self.keyword(text, (hit, settled), head_words, scratch, &mut emit);
            });
            if decodes {
                evidence::anchors(heads, text, run, &mut far);
            }
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
            lookahead::of_keyword(
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
                    self.regexes
                        .pattern(
                            (trigger.rule, pattern, *is_whole),
                            text,
                            from..window.end,
                            &keyword,
                            &mut scratch.caches,
                        )
                        .or_else(|| self.proved_by_length(text, &keyword, trigger.rule))
                }
                // A short body has no run to be found by: wherever a value may begin behind the name, it is tried.
                Form::Near { body, first, .. } => proximity::values(text, &keyword).find_map(|start| {
                    let value = start..(start + LONGEST_VALUE + 1).min(text.len());
                    let secret = self.regexes.body((trigger.rule, body, *first), text, value, &mut scratch.caches)?;
                    (proximity::is_mixed(&text[secret.clone()]) && proximity::belongs(text, &keyword, start))
                        .then_some(secret)
                }),
                // A short word, or one of another language, must be a part of the name by itself.
                Form::Names { .. }
                    if self.rules.rules()[trigger.rule as usize].judged_as.is_some()
                        && !proximity::begins_part(text, keyword.start) =>
                {
                    None
                }
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

    /// A token whose end the pattern does not see, because a letter follows, but which a checksum proves.
    fn proved_by_length(&self, text: &[u8], keyword: &Range<usize>, rule: u32) -> Option<Range<usize>> {
        let kind = self.rules.rules()[rule as usize].proof?;
        let length = proof::proved_head(kind, &text[keyword.start..], &text[keyword.clone()])?;
        Some(keyword.start..keyword.start + length)
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
        let Some(start) = proximity::value_start(text, run) else { return };
        // Base64 has several runs in one value, of which each would ask the same of what stands before.
        if *idle == Some(start) {
            return;
        }
        let extent = lookahead::of_run(text, run);
        if run + extent <= settled {
            return;
        }
        *idle = Some(start);
        let index = &*self.keywords;
        let before = start.saturating_sub(BEFORE_RUN);
        let nearest = proximity::earliest(text, start).max(before);
        let value = start..(start + LONGEST_VALUE + 1).min(text.len());
        for at in proximity::part_starts(text, nearest..start, &index.before_starts) {
            prefilter::heads(&index.before_runs.0, text, at, |hit| {
                let (length, triggers) = index.before_runs.1.get(hit.keyword);
                if !proximity::belongs(text, &(hit.start..hit.start + length), start) {
                    return;
                }
                for trigger in triggers {
                    let rule = &self.rules.rules()[trigger.rule as usize];
                    if let Form::Near { body, first, .. } = &rule.form
                        && let Some(secret) =
                            self.regexes.body((trigger.rule, body, *first), text, value.clone(), &mut scratch.caches)
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
    fn judged(&self, text: &[u8], raw: Raw, verdict_cache: Option<&VerdictCache>) -> Match {
        let Raw { rule, window, secret, anchor, extent, assignment } = raw;
        let of = &self.rules.rules()[rule as usize];
        let subject = Subject::new(text, &window, &secret);
        let Outcome { proof, verdict } = of.proof.map(|kind| proof::check(kind, &subject)).unwrap_or_default();
        let (confidence, verdict) = match verdict {
            proof::Verdict::Proved => (Confidence::High, Verdict::Kept),
            proof::Verdict::Refuted(why) => (of.confidence, Verdict::Rejected(Reason::Refuted(why))),
            proof::Verdict::Unknown => filter::apply_filters(of, text, &secret, assignment.as_ref(), verdict_cache),
        };
        Match { rule, secret, anchor, extent, proof, confidence, verdict, decoded: None }
    }
}

impl Scratch {
    /// Says that the next call of [`Engine::far_matches`] is about another text than the last call on this scratch space.
    pub fn begin_text(&mut self) {
        self.caches.begin_text();
    }

    /// Scratch space for scanning many versions of the same files, with a cache of classifier verdicts.
    #[must_use]
    pub fn remembering(verdict_cache: &Arc<VerdictCache>) -> Scratch {
        Scratch { verdict_cache: Some(Arc::clone(verdict_cache)), ..Scratch::default() }
    }
}
