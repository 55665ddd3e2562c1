//! The model's trees, laid out for fast evaluation.
//!
//! Each step down a tree depends on the one before and leaves the processor idle, so [`ABREAST`] trees are evaluated in parallel. All take
//! as many steps as the deepest; a leaf points to itself. After each group of trees a check decides whether more trees can change the
//! verdict. [`Model::level`] gives the same result by evaluating all trees one by one.

use super::model::{ABREAST, Model, Node as Plain};
use crate::model::Confidence;

/// Largest difference between sums of leaves in different orders.
const SLACK: f32 = 0.01;

/// A node: values below `value` go left, others right, by offsets from the tree's first node. For a leaf, its value.
#[derive(Clone, Copy, Debug)]
struct Node {
    value: f32,
    feature: u8,
    left: u8,
    right: u8,
}

/// A group of trees that are evaluated in parallel.
#[derive(Clone, Copy, Debug)]
struct Lot {
    /// Start of each tree.
    starts: [u32; ABREAST],
    /// Depth of the deepest tree.
    depth: u32,
    /// Candidates whose sum is below this before these trees are rejected.
    stop: f32,
    /// Bounds of the summed leaves of these and all later trees.
    least: f32,
    most: f32,
}

/// A model's trees and levels.
#[derive(Debug)]
pub(super) struct Quick {
    nodes: Vec<Node>,
    lots: Vec<Lot>,
    /// Number of groups that use only the first part of the features.
    first: usize,
    base: f32,
    medium: f32,
    low: f32,
}

impl Quick {
    /// Builds the layout of a model.
    pub(super) fn new(model: &Model) -> Quick {
        let mut nodes = Vec::new();
        let mut lots: Vec<Lot> = Vec::new();
        for trees in model.trees.chunks(ABREAST) {
            // An incomplete group is padded with trees of value zero.
            let nothing = vec![Plain { feature: None, value: 0.0, mean: 0.0, right: 0 }];
            let lot = trees.iter().chain(std::iter::repeat_n(&nothing, ABREAST - trees.len()));
            let mut made = Lot { starts: [0; ABREAST], depth: 0, stop: f32::MIN, least: 0.0, most: 0.0 };
            for (tree, start) in lot.zip(&mut made.starts) {
                *start = nodes.len() as u32;
                made.depth = made.depth.max(depth(tree, 0));
                let leaves = || tree.iter().filter(|node| node.feature.is_none()).map(|node| node.value);
                made.least += leaves().fold(f32::MAX, f32::min);
                made.most += leaves().fold(f32::MIN, f32::max);
                nodes.extend(tree.iter().zip(0..).map(|(node, at)| match node.feature {
                    Some(feature) => {
                        Node { value: node.value, feature: feature as u8, left: at + 1, right: node.right as u8 }
                    }
                    None => Node { value: node.value, feature: 0, left: at, right: at },
                }));
            }
            lots.push(made);
        }
        for at in (1..lots.len()).rev() {
            let Lot { least, most, .. } = lots[at];
            lots[at - 1].least += least;
            lots[at - 1].most += most;
        }
        // The bound behind some trees is the one before those that follow.
        for (lot, stop) in lots.iter_mut().skip(1).zip(&model.stops) {
            lot.stop = *stop;
        }
        Quick { nodes, lots, first: model.first / ABREAST, base: model.base, medium: model.medium, low: model.low }
    }

    /// The model's confidence that the features describe a secret; `None` for a rejection. The second part of the features is computed only
    /// if the first part does not decide.
    pub(super) fn level(&self, features: &mut Vec<f32>, rest: impl FnOnce(&mut Vec<f32>)) -> Option<Confidence> {
        let (first, others) = self.lots.split_at(self.first);
        let mut sum = self.base;
        if let Some(level) = self.ask(first, features, &mut sum) {
            return level;
        }
        rest(features);
        if let Some(level) = self.ask(others, features, &mut sum) {
            return level;
        }
        match sum {
            odds if odds >= self.medium => Some(Confidence::Medium),
            odds if odds >= self.low => Some(Confidence::Low),
            _ => None,
        }
    }

    /// Adds the leaves of trees to the sum until the result is certain.
    #[expect(clippy::option_option, reason = "a level may be known to be none")]
    fn ask(&self, lots: &[Lot], features: &[f32], sum: &mut f32) -> Option<Option<Confidence>> {
        for lot in lots {
            if *sum < lot.stop || *sum + lot.most + SLACK < self.low {
                return Some(None);
            }
            if *sum + lot.least - SLACK >= self.medium {
                return Some(Some(Confidence::Medium));
            }
            let mut at = lot.starts;
            for _step in 0..lot.depth {
                for (at, start) in at.iter_mut().zip(lot.starts) {
                    let node = self.nodes[*at as usize];
                    let goes_left = features[usize::from(node.feature)] < node.value;
                    *at = start + u32::from(if goes_left { node.left } else { node.right });
                }
            }
            at.iter().for_each(|at| *sum += self.nodes[*at as usize].value);
        }
        None
    }
}

/// Depth below a node.
fn depth(tree: &[Plain], at: usize) -> u32 {
    match tree[at].feature {
        Some(_) => 1 + depth(tree, at + 1).max(depth(tree, usize::from(tree[at].right))),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{compiled_in, model};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn says_what_all_trees_say(features in proptest::collection::vec(prop_oneof![Just(0.0_f32), Just(1.0), -2.0_f32..40.0], model::names().0.len())) {
            let model = compiled_in();
            let (first, rest) = features.split_at(model::names().1);
            let level = Quick::new(model).level(&mut first.to_vec(), |all| all.extend(rest));
            prop_assert_eq!(level, model.level(&features));
        }
    }
}
