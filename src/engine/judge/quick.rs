//! The model's trees, laid out to be run: a node is eight bytes, and no more trees are asked than it takes to tell the level.

use super::model::Model;
use crate::model::Confidence;

/// What [`Node::feature`] is in a leaf.
const LEAF: u16 = u16::MAX;
/// Sums of leaves in another order differ by less.
const SLACK: f32 = 0.01;

/// A question, or a leaf. Less than `value` goes to the next node, else to the right one, counted from the tree's first.
#[derive(Clone, Copy, Debug)]
struct Node {
    value: f32,
    feature: u16,
    right: u16,
}

/// Where a tree begins, and between which bounds the sum of its leaf and of those of all trees behind it is.
#[derive(Clone, Copy, Debug)]
struct Tree {
    start: usize,
    least: f32,
    most: f32,
}

/// A model's trees and levels.
#[derive(Debug)]
pub(super) struct Quick {
    nodes: Vec<Node>,
    trees: Vec<Tree>,
    base: f32,
    medium: f32,
    low: f32,
}

impl Quick {
    /// Lays a model out.
    pub(super) fn new(model: &Model) -> Quick {
        let (mut nodes, mut trees) = (Vec::new(), Vec::new());
        for tree in model.trees.iter().filter(|tree| !tree.is_empty()) {
            let leaves = || tree.iter().filter(|node| node.feature.is_none()).map(|node| node.value);
            let (least, most) = (leaves().fold(f32::MAX, f32::min), leaves().fold(f32::MIN, f32::max));
            trees.push(Tree { start: nodes.len(), least, most });
            nodes.extend(tree.iter().map(|node| Node {
                value: node.value,
                feature: node.feature.unwrap_or(LEAF),
                right: node.right,
            }));
        }
        for at in (1..trees.len()).rev() {
            let Tree { least, most, .. } = trees[at];
            trees[at - 1].least += least;
            trees[at - 1].most += most;
        }
        Quick { nodes, trees, base: model.base, medium: model.medium, low: model.low }
    }

    /// How sure the model is that features stand for a secret; `None` when it takes them for none.
    pub(super) fn level(&self, features: &[f32]) -> Option<Confidence> {
        let mut sum = 0.0;
        for tree in &self.trees {
            let so_far = self.base + sum;
            if so_far + tree.most + SLACK < self.low {
                return None;
            }
            if so_far + tree.least - SLACK >= self.medium {
                return Some(Confidence::Medium);
            }
            sum += leaf(&self.nodes[tree.start..], features);
        }
        match self.base + sum {
            odds if odds >= self.medium => Some(Confidence::Medium),
            odds if odds >= self.low => Some(Confidence::Low),
            _ => None,
        }
    }
}

/// The value of the leaf that features lead to.
fn leaf(tree: &[Node], features: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        let Node { value, feature, right } = tree[at];
        if feature == LEAF {
            return value;
        }
        at = if features[usize::from(feature)] < value { at + 1 } else { usize::from(right) };
    }
}

#[cfg(test)]
mod tests {
    use super::super::{compiled_in, model};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn says_what_all_trees_say(features in proptest::collection::vec(prop_oneof![Just(0.0_f32), Just(1.0), 0.0_f32..40.0], model::names().len())) {
            let model = compiled_in();
            let odds = model.log_odds(&features);
            let wanted = match odds {
                _ if odds >= model.medium => Some(Confidence::Medium),
                _ if odds >= model.low => Some(Confidence::Low),
                _ => None,
            };
            prop_assert_eq!(Quick::new(model).level(&features), wanted);
        }
    }
}
