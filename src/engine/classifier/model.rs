//! The classifier's model: gradient-boosted trees over the features, with weights from `tools/train`.
//!
//! Most candidates can be rejected quickly. The first trees therefore use only the features of the name and of the value's bytes, and at
//! some points the sum is compared with a bound learned from real secrets: a candidate far below it is rejected.
//!
//! The file is small and contains no text: a table of how often words of names preceded secrets, then the trees. It is read once, at the
//! first candidate. All numbers are little-endian.
//!
//! ```text
//! magic "SJ02"
//! u32 features    u32 trees    u32 trees of the first part    f32 base    f32 medium    f32 low     (log-odds: at least so much is of that confidence)
//! f32 behind each eight trees but the last: a sum that is less, there, is turned down
//! i8[SLOTS]       log-odds of words, in 1/32
//! per tree: u8 nodes, then per node: u16 feature (0xFFFF a leaf), f32 threshold or value, f32 mean of all below, u8 right child
//! ```

use super::features::{self, Features};
use super::split::Words;
use crate::engine::assignment::Assignment;
use crate::model::Confidence;
use smallvec::SmallVec;

/// Slots of the table of words; words share one now and then.
pub const SLOTS: usize = 1 << 13;
/// What one step of the table is, in nats.
pub const STEP: f32 = 1.0 / 32.0;
const LEAF: u16 = u16::MAX;
/// Number of trees that are evaluated between two checks of the sum.
pub const ABREAST: usize = 8;

const MAGIC: &[u8] = b"SJ02";
/// Approximate number of features.
const ABOUT: usize = 192;

/// A node of a tree. The left child is the next node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The feature; `None` for a leaf.
    pub feature: Option<u16>,
    /// Values below this go left; for a leaf, its value.
    pub value: f32,
    /// The mean of the leaves below, weighted by the examples in them: for explanations.
    pub mean: f32,
    /// Index of the right child in the tree.
    pub right: u16,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Log-odds of words by their slots, in [`STEP`]s.
    pub words: Vec<i8>,
    /// The trees; their values are summed.
    pub trees: Vec<Vec<Node>>,
    /// So many of them, some times [`ABREAST`], ask for the [first part](names) of the features alone.
    pub first: usize,
    /// Behind each [`ABREAST`] trees but the last: the least sum that is not turned down. When there are fewer, none is behind the others.
    pub stops: Vec<f32>,
    /// Constant term of the sum.
    pub base: f32,
    /// Smallest log-odds of medium confidence.
    pub medium: f32,
    /// Smallest log-odds of low confidence; candidates below it are rejected.
    pub low: f32,
}

/// The slot of a word in a place: of a name, last in a name, around.
#[must_use]
pub fn slot<'w>(place: u8, word: impl IntoIterator<Item = &'w u8>) -> usize {
    let hash = word.into_iter().fold(0xcbf2_9ce4_8422_2325_u64 ^ u64::from(place), |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)) as usize % SLOTS
}

/// Slots, with the places of their words.
pub type Slots = SmallVec<[(u8, usize); 16]>;

/// The slots of an assignment's words, by place: 0 words of the name, 1 its last word, 2 its last two, 3 the word before it, 4 the callee, 5 the rule.
#[must_use]
pub fn slots(text: &[u8], found: &Assignment, rule: &str) -> Slots {
    slots_of_named(text, found, rule, &Words::of(&text[found.name.clone()]))
}

/// The same, with the words of the name.
fn slots_of_named(text: &[u8], found: &Assignment, rule: &str, words: &Words) -> Slots {
    let mut slots = Slots::new();
    slots.extend(words.iter().map(|word| (0, slot(0, word))));
    if let Some(last) = words.last_but(0) {
        slots.push((1, slot(1, last)));
        if let Some(before) = words.last_but(1) {
            slots.push((2, slot(2, before.iter().chain(b"_").chain(last))));
        }
    }
    let head = &text[found.name.start.saturating_sub(32)..found.name.start];
    let head = &head[head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)..];
    slots.push((3, slot(3, Words::of(head).last_but(0).unwrap_or(b"^"))));
    if let Some(callee) = &found.callee {
        slots.push((4, slot(4, Words::of(&text[callee.clone()]).last_but(0).unwrap_or(b"?"))));
    }
    slots.push((5, slot(5, rule.as_bytes())));
    slots
}

/// How many features the table of words gives.
pub const WORD_FEATURES: usize = 6;

/// The features that a table of words gives: sum and least over the name's words, its last, its last two, what is around, the rule.
#[must_use]
pub fn word_features(slots: &[(u8, usize)], odds: impl Fn(usize) -> f32) -> [f32; WORD_FEATURES] {
    let mut out = [0.0_f32; WORD_FEATURES];
    for (place, slot) in slots {
        let odds = odds(*slot);
        match place {
            0 => {
                out[0] += odds;
                out[1] = out[1].min(odds);
            }
            1 => out[2] = odds,
            2 => out[3] = odds,
            5 => out[5] = odds,
            _ => out[4] += odds,
        }
    }
    out
}

/// What all features are called, in their order, and how many are in the first part.
#[must_use]
pub fn names() -> (Vec<String>, usize) {
    let words = ["sum", "least", "last", "last two", "around", "rule"].map(|name| format!("words: {name}"));
    let (others, first) = features::names();
    (words.into_iter().chain(others).collect(), WORD_FEATURES + first)
}

impl Model {
    /// All features of an assignment: the words', then those of [`features::of`].
    #[must_use]
    pub fn features(&self, text: &[u8], found: &Assignment, rule: &str) -> Features {
        let words = Words::of(&text[found.name.clone()]);
        let mut all = self.first_features(text, found, rule, &words);
        features::rest(text, found, &words, &mut all);
        all
    }

    /// The first part of them, for a name of these words.
    pub(super) fn first_features(&self, text: &[u8], found: &Assignment, rule: &str, words: &Words) -> Features {
        let odds = |slot: usize| self.words.get(slot).map_or(0.0, |steps| f32::from(*steps) * STEP);
        let mut all = Features::with_capacity(ABOUT);
        all.extend(word_features(&slots_of_named(text, found, rule, words), odds));
        features::first(text, found, words, &mut all);
        all
    }

    /// The model's confidence that the features describe a secret; `None` for a rejection.
    #[must_use]
    pub fn level(&self, features: &[f32]) -> Option<Confidence> {
        if self.stopped(features).is_some() {
            return None;
        }
        match self.log_odds(features) {
            odds if odds >= self.medium => Some(Confidence::Medium),
            odds if odds >= self.low => Some(Confidence::Low),
            _ => None,
        }
    }

    /// The number of trees after which the features are rejected, and the sum at that point, if this is before the last tree.
    #[must_use]
    pub fn stopped(&self, features: &[f32]) -> Option<(usize, f32)> {
        let mut sum = self.base;
        let stops = self.stops.iter().take(stop_count(self.trees.len()));
        for ((lot, stop), number) in self.trees.chunks(ABREAST).zip(stops).zip(1..) {
            lot.iter().for_each(|tree| sum += leaf(tree, features));
            if sum < *stop {
                return Some((number * ABREAST, sum));
            }
        }
        None
    }

    /// The sums after each [`ABREAST`] trees.
    #[must_use]
    pub fn sums(&self, features: &[f32]) -> Vec<f32> {
        let mut sum = self.base;
        let lots = self.trees.chunks(ABREAST);
        lots.map(|lot| {
            lot.iter().for_each(|tree| sum += leaf(tree, features));
            sum
        })
        .collect()
    }

    /// The log-odds that the features describe a secret.
    #[must_use]
    pub fn log_odds(&self, features: &[f32]) -> f32 {
        self.trees.iter().fold(self.base, |sum, tree| sum + leaf(tree, features))
    }

    /// The contribution of each feature to the log-odds, the largest first.
    #[must_use]
    pub fn shares(&self, features: &[f32]) -> Vec<(usize, f32)> {
        let mut shares = vec![0.0; features.len()];
        for tree in &self.trees {
            let mut at = 0;
            while let Some(Node { feature: Some(feature), value, mean, right }) = tree.get(at).copied() {
                let next = if features[usize::from(feature)] < value { at + 1 } else { usize::from(right) };
                shares[usize::from(feature)] += tree[next].mean - mean;
                at = next;
            }
        }
        let mut all: Vec<(usize, f32)> = shares.into_iter().enumerate().filter(|(_, share)| *share != 0.0).collect();
        all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        all
    }

    /// Serializes the model.
    #[must_use]
    pub fn to_bytes(&self, feature_count: usize) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for count in [feature_count, self.trees.len(), self.first] {
            out.extend((count as u32).to_le_bytes());
        }
        [self.base, self.medium, self.low].iter().for_each(|number| out.extend(number.to_le_bytes()));
        for lot in 0..stop_count(self.trees.len()) {
            out.extend(self.stops.get(lot).copied().unwrap_or(f32::MIN).to_le_bytes());
        }
        out.extend((0..SLOTS).map(|slot| self.words.get(slot).copied().unwrap_or(0).cast_unsigned()));
        for tree in &self.trees {
            out.push(tree.len() as u8);
            for node in tree {
                out.extend(node.feature.unwrap_or(LEAF).to_le_bytes());
                out.extend(node.value.to_le_bytes());
                out.extend(node.mean.to_le_bytes());
                out.push(node.right as u8);
            }
        }
        out
    }

    /// Reads a file's bytes; `None` when they are not a model for so many features, of which `first` are in the first part.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], (feature_count, first_count): (usize, usize)) -> Option<Model> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut count = || Some(u32::from_le_bytes(take(&mut rest)?) as usize);
        let (features, trees, first) = (count()?, count()?, count()?);
        if features != feature_count || features > usize::from(u8::MAX) || first > trees || first % ABREAST != 0 {
            return None;
        }
        let [base, medium, low] = [f32_of(&mut rest)?, f32_of(&mut rest)?, f32_of(&mut rest)?];
        let stops = (0..stop_count(trees)).map(|_| f32_of(&mut rest)).collect::<Option<_>>()?;
        let words = rest.get(..SLOTS)?.iter().map(|byte| byte.cast_signed()).collect();
        rest = &rest[SLOTS..];
        let mut model = Model { words, trees: Vec::new(), first, stops, base, medium, low };
        for number in 0..trees {
            let may_ask = if number < first { first_count } else { feature_count };
            let [count] = take(&mut rest)?;
            let mut tree = Vec::with_capacity(usize::from(count));
            for at in 0..count {
                let feature = Some(u16::from_le_bytes(take(&mut rest)?)).filter(|feature| *feature != LEAF);
                let (value, mean) = (f32_of(&mut rest)?, f32_of(&mut rest)?);
                let [right] = take(&mut rest)?;
                let is_sound =
                    feature.is_none_or(|feature| usize::from(feature) < may_ask && right > at + 1 && right < count);
                if !is_sound {
                    return None;
                }
                tree.push(Node { feature, value, mean, right: u16::from(right) });
            }
            if tree.is_empty() {
                return None;
            }
            model.trees.push(tree);
        }
        rest.is_empty().then_some(model)
    }
}

/// Number of checks for this many trees.
fn stop_count(trees: usize) -> usize {
    trees.div_ceil(ABREAST).saturating_sub(1)
}

/// The value of the leaf that features lead to.
fn leaf(tree: &[Node], features: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree.get(at) {
            Some(Node { feature: Some(feature), value, right, .. }) => {
                at = if features[usize::from(*feature)] < *value { at + 1 } else { usize::from(*right) };
            }
            Some(leaf) => return leaf.value,
            None => return 0.0,
        }
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn f32_of(rest: &mut &[u8]) -> Option<f32> {
    Some(f32::from_le_bytes(take(rest)?)).filter(|number| number.is_finite())
}
