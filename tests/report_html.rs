//! The page for a browser: colours that can be read in both modes, and what it can be sorted and grouped by.

use crate::binary::{scan, token, tree};
use std::collections::BTreeMap;

/// The variables of a block of style, as red, green and blue from 0 to 1.
fn colours(block: &str) -> BTreeMap<String, [f64; 3]> {
    let declared = block.split(';').filter_map(|one| one.trim().trim_start_matches(":root {").trim().split_once(": #"));
    let value = |hex: &str, at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")) / 255.0;
    declared
        .filter(|(name, hex)| name.starts_with("--") && hex.len() >= 6)
        .map(|(name, hex)| (name.to_owned(), [0, 2, 4].map(|at| value(hex, at))))
        .collect()
}

/// The contrast of two colours: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio> (read 2026-12-01).
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let linear = |part: f64| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn page() -> String {
    let dir = tree(&[("a.py", &format!("t = \"{}\"\n", token(1))), ("b/<c>.py", &format!("t = \"{}\"\n", token(2)))]);
    scan(dir.path(), &[".", "--format", "html"]).exits(1).out
}

#[test]
fn every_colour_can_be_read_on_its_ground_in_both_modes() {
    let page = page();
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    let (light, rest) = style.split_once("@media (prefers-color-scheme: dark)").expect("two modes");
    let dark = rest.split('}').next().expect("a block");
    for (mode, block) in [("light", light), ("dark", dark)] {
        let colours = colours(block.split_once(":root {").map_or(block, |(_, block)| block));
        let ground = colours["--bg"];
        for name in ["--text", "--dim", "--link", "--critical", "--high", "--medium", "--low"] {
            let ratio = contrast(colours[name], ground);
            assert!(ratio >= 4.5, "{mode}: {name}: {ratio:.2}");
        }
    }
    // Nothing is coloured otherwise.
    let outside = rest.split_once("}\n}").expect("the end of the block").1;
    assert!(!outside.contains(": #"), "{outside}");
    assert!(contrast([0.0; 3], [1.0; 3]) > 20.9 && contrast([0.5; 3], [0.5; 3]) < 1.01);
}

#[test]
fn it_is_sorted_and_grouped_by_what_each_row_says() {
    let page = page();
    for name in ["severity", "rule", "file"] {
        assert!(page.contains(&format!("<option value=\"{name}\">")), "{name}");
        assert_eq!(page.matches(&format!(" data-{name}=")).count(), 2, "{name}");
    }
    assert!(page.contains("data-file=\"b/&lt;c&gt;.py\"") && page.contains("name=viewport"));
    assert!(page.contains("@media (max-width: 40rem)"));
}
