//! Gradient-boosted trees for a yes-or-no question: histograms, depth-limited trees, logistic loss. Deterministic.

use stanch::engine::classifier::model::Node;

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// How many trees.
    pub(crate) trees: usize,
    /// Questions on the way to a leaf, at most.
    pub(crate) depth: usize,
    /// What part of each tree's advice is taken.
    pub(crate) rate: f64,
    /// Least weight of a leaf's examples.
    pub(crate) least: f64,
    /// How much a leaf's value is drawn to zero.
    pub(crate) lambda: f64,
    /// The share of features that each tree may ask about.
    pub(crate) columns: f64,
    /// So many trees, the first ones, ask only about the first features.
    pub(crate) first: usize,
    /// The same as `columns`, of these features, for these trees.
    pub(crate) first_columns: f64,
}

/// Examples, binned.
pub(crate) struct Table {
    /// By feature, by example: the bin.
    bins: Vec<Vec<u8>>,
    /// By feature: the bins' upper edges; a value is in the first bin whose edge it is below.
    edges: Vec<Vec<f32>>,
}

impl Table {
    /// Bins examples; `rows[i]` are the features of example `i`.
    pub(crate) fn new(rows: &[&[f32]]) -> Table {
        const BINS: usize = 48;
        let features = rows.first().map_or(0, |row| row.len());
        let mut table = Table { bins: Vec::new(), edges: Vec::new() };
        for feature in 0..features {
            let mut sorted: Vec<f32> = rows.iter().map(|row| row[feature]).collect();
            sorted.sort_by(f32::total_cmp);
            let mut distinct = sorted.clone();
            distinct.dedup();
            let mut edges: Vec<f32> = if distinct.len() <= BINS {
                distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
            } else {
                (1..BINS).map(|n| sorted[n * sorted.len() / BINS]).collect()
            };
            edges.dedup();
            table.bins.push(rows.iter().map(|row| edges.partition_point(|edge| *edge <= row[feature]) as u8).collect());
            table.edges.push(edges);
        }
        table
    }
}

/// A grown forest: what is added to the trees' sum, and the trees.
pub(crate) struct Forest {
    /// Log-odds before any question.
    pub(crate) base: f32,
    /// The trees.
    pub(crate) trees: Vec<Vec<Node>>,
}

/// Grows a forest.
///
/// The first trees ask only about the first `first_count` features.
pub(crate) fn grow(
    table: &Table,
    (labels, weights): (&[bool], &[f64]),
    settings: &Settings,
    first_count: usize,
    seed: u64,
) -> Forest {
    let count = labels.len();
    let total: f64 = weights.iter().sum();
    let positive: f64 = weights.iter().zip(labels).filter(|(_, label)| **label).map(|(weight, _)| weight).sum();
    let base = (positive / (total - positive).max(1e-9)).ln();
    let mut odds = vec![base; count];
    let mut forest = Forest { base: base as f32, trees: Vec::new() };
    let mut random = seed;
    for number in 0..settings.trees {
        let mut gradients = vec![(0.0, 0.0); count];
        for at in 0..count {
            let chance = 1.0 / (1.0 + (-odds[at]).exp());
            gradients[at] =
                (weights[at] * (chance - f64::from(u8::from(labels[at]))), weights[at] * chance * (1.0 - chance));
        }
        let (count_of_columns, share) = if number < settings.first {
            (first_count, settings.first_columns)
        } else {
            (table.bins.len(), settings.columns)
        };
        let columns: Vec<usize> = (0..count_of_columns)
            .filter(|_| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((random >> 33) as f64 / f64::from(1_u32 << 31)) < share
            })
            .collect();
        let mut tree = Vec::new();
        let rows: Vec<u32> = (0..count as u32).collect();
        Grower { table, gradients: &gradients, settings, columns: &columns }.node(rows, 0, &mut tree, &mut odds);
        forest.trees.push(tree);
    }
    forest
}

struct Grower<'a> {
    table: &'a Table,
    gradients: &'a [(f64, f64)],
    settings: &'a Settings,
    columns: &'a [usize],
}

impl Grower<'_> {
    /// Appends the node for these examples, and what is below it.
    fn node(&self, rows: Vec<u32>, depth: usize, tree: &mut Vec<Node>, odds: &mut [f64]) {
        let (gradient, weight) = rows.iter().fold((0.0, 0.0), |sum, row| {
            let (g, h) = self.gradients[*row as usize];
            (sum.0 + g, sum.1 + h)
        });
        let mean = -gradient / (weight + self.settings.lambda) * self.settings.rate;
        let best = if depth < self.settings.depth { self.split(&rows, gradient, weight) } else { None };
        let Some((feature, bin)) = best else {
            rows.iter().for_each(|row| odds[*row as usize] += mean);
            tree.push(Node { feature: None, value: mean as f32, mean: mean as f32, right: 0 });
            return;
        };
        let at = tree.len();
        let edge = self.table.edges[feature][bin];
        tree.push(Node { feature: Some(feature as u16), value: edge, mean: mean as f32, right: 0 });
        let (left, right): (Vec<u32>, Vec<u32>) =
            rows.into_iter().partition(|row| usize::from(self.table.bins[feature][*row as usize]) <= bin);
        self.node(left, depth + 1, tree, odds);
        tree[at].right = tree.len() as u16;
        self.node(right, depth + 1, tree, odds);
    }

    /// The question that divides best: a feature, and the last bin that goes left.
    fn split(&self, rows: &[u32], gradient: f64, weight: f64) -> Option<(usize, usize)> {
        let lambda = self.settings.lambda;
        let score = |g: f64, h: f64| g * g / (h + lambda);
        let whole = score(gradient, weight);
        let mut best = (1e-6, None);
        let mut sums = vec![(0.0, 0.0); 256];
        for &feature in self.columns {
            let edges = self.table.edges[feature].len();
            if edges == 0 {
                continue;
            }
            sums[..=edges].fill((0.0, 0.0));
            let bins = &self.table.bins[feature];
            for row in rows {
                let (g, h) = self.gradients[*row as usize];
                let sum = &mut sums[usize::from(bins[*row as usize])];
                sum.0 += g;
                sum.1 += h;
            }
            let (mut g, mut h) = (0.0, 0.0);
            for (bin, sum) in sums[..edges].iter().enumerate() {
                g += sum.0;
                h += sum.1;
                if h < self.settings.least || weight - h < self.settings.least {
                    continue;
                }
                let gain = score(g, h) + score(gradient - g, weight - h) - whole;
                if gain > best.0 {
                    best = (gain, Some((feature, bin)));
                }
            }
        }
        best.1
    }
}
