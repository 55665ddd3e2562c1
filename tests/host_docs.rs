//! The table of places in the documentation is made from the table that the program reads.

use stanch::sources::host::Places;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- places -->\n";
const END: &str = "<!-- /places -->\n";

#[test]
fn the_table_of_places_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/host.md");
    let text = fs::read_to_string(&file).expect("docs/host.md");
    let (before, rest) = text.split_once(BEGIN).expect("where the table begins");
    let (_, after) = rest.split_once(END).expect("where the table ends");
    let table = Places::builtin().expect("a table").markdown();
    let made = format!("{before}{BEGIN}{table}{END}{after}");
    if std::env::var_os("STANCH_BLESS").is_some() {
        fs::write(&file, made).expect("writes");
        return;
    }
    assert!(text == made, "docs/host.md is stale: run `STANCH_BLESS=1 cargo test --test main host_docs::`");
}
