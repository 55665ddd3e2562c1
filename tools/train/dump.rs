use stanch::engine::Engine;
use stanch::rules::RuleSet;
fn main() {
    let engine = Engine::new(RuleSet::builtin());
    for dir in std::env::args().skip(1) {
        for e in ignore::WalkBuilder::new(dir).standard_filters(false).build().flatten() {
            if !e.file_type().is_some_and(|k| k.is_file()) {
                continue;
            }
            let t = std::fs::read(e.path()).unwrap_or_default();
            let mut seen = std::collections::BTreeMap::new();
            engine.assignments(&t, &mut stanch::engine::Scratch::default(), |r, a| {
                seen.entry(a.value.start).or_insert((r.id.to_string(), a.clone()));
            });
            let mut line = 1;
            let mut at = 0;
            for (st, (r, a)) in seen {
                line += t[at..st].iter().filter(|b| **b == b'\n').count();
                at = st;
                let f = |x: &std::ops::Range<usize>| String::from_utf8_lossy(&t[x.clone()]).replace(['\t', '\n'], "?");
                println!(
                    "{}\t{}\t{}\t{}\t{:?}\t{:?}\t{}\t{}",
                    e.path().display(),
                    line,
                    r,
                    f(&a.name),
                    a.operator,
                    a.quote.map(|q| q as char),
                    f(&a.value),
                    engine.objection(&t, &a).unwrap_or_default()
                );
            }
        }
    }
}
