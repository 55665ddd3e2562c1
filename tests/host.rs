//! `stanch host`: what is found, and how exposed it is.

use crate::host_support::HostTree;
use crate::stanch_support::token;
use std::os::unix::fs::symlink;

#[test]
fn exposure_follows_the_mode_and_the_directories_above() {
    let tree = HostTree::new();
    for (name, mode) in [("a", 0o600), ("b", 0o640), ("c", 0o644)] {
        let text = format!("machine {name}.example.org login ann password {}\n", token(u64::from(mode)));
        tree.write(&format!("home/{name}/.netrc"), mode, &text);
    }
    tree.write("home/closed/.netrc", 0o644, &format!("machine x login y password {}\n", token(5)));
    tree.chmod(&tree.path("home/closed"), 0o700);
    let report = tree.report(&[]);
    assert_eq!(report.places("inventory"), ["kept netrc home/a/.netrc"]);
    assert_eq!(
        report.places("findings"),
        ["group netrc home/b/.netrc", "owner netrc home/closed/.netrc", "world netrc home/c/.netrc"]
    );
    assert_eq!(report.code, 1);
}

#[test]
fn a_value_is_found_by_its_position_alone() {
    let tree = HostTree::new();
    // A password that no rule takes for one.
    let line = "db.example.org:5432:app:ann:tr0ub4dor\n"; // stanch:allow
    tree.write("home/ann/.pgpass", 0o644, &format!("{line}# a comment:with:some:colons:here\n"));
    tree.write(
        "etc/shadow",
        0o640,
        &format!("ann:$6${}${}:19000:0:99999:7:::\nbob:!:19000::::::\n", "s".repeat(8), "h".repeat(86)),
    );
    let report = tree.report(&[]);
    assert_eq!(report.places("findings"), ["world pgpass home/ann/.pgpass"]);
    assert_eq!(report.places("inventory"), ["kept shadow etc/shadow"]);
    let text = report.json.to_string();
    assert!(!text.contains("tr0ub4dor") && !text.contains("hhhhh"), "a value leaves");
}

#[test]
fn processes_of_a_capture_are_read_like_live_ones() {
    let tree = HostTree::new();
    let (a, b) = (token(1), token(2));
    tree.process(41, 1000, &["/usr/bin/app"], &[format!("APP_TOKEN={a}"), "LANG=C".to_owned()]);
    tree.process(42, 1000, &["/usr/bin/app"], &[format!("APP_TOKEN={a}")]);
    tree.process(43, 1001, &["/usr/bin/sshpass", "-p", "tr0ub4dor", "ssh", "x"], &[]);
    tree.process(44, 1001, &["/usr/bin/tool", "--key", &b], &[]);
    let report = tree.report(&[]);
    assert_eq!(
        report.places("findings"),
        [
            "owner process environment process 41 environment env[APP_TOKEN]",
            "owner process environment process 42 environment env[APP_TOKEN]",
            "world command line process 43 command line",
            "world command line process 44 command line",
        ]
    );
    let occurrence = &report.json["findings"][0]["occurrences"][0]["exposure"];
    assert_eq!(occurrence["owner"]["name"], "ann");
    assert_eq!(occurrence["unit"], "app.service");
    assert_eq!(occurrence["since"], "2023-11-14T22:15:23Z");
}

#[test]
fn no_link_leads_out_of_the_root() {
    let tree = HostTree::new();
    let outside = tempfile::tempdir().expect("a directory");
    std::fs::write(outside.path().join("credentials"), format!("token = {}\n", token(1))).expect("writes");
    symlink(outside.path().join("credentials"), tree.path("home/ann/.netrc")).expect("links");
    symlink(outside.path(), tree.path("home/ann/.aws")).expect("links");
    symlink("../bob", tree.path("home/ann/.kube")).expect("links");
    let report = tree.report(&[]);
    assert_eq!(report.places("findings"), Vec::<String>::new());
    assert_eq!(report.code, 0, "{}", report.json);
    assert_eq!(report.json["skipped"].as_array().map(Vec::len), Some(1), "{}", report.json["skipped"]);
}
