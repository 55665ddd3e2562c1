//! Documents whose bytes show their text in part only: databases, logs of them, and what browsers record.

use crate::binary::token;
use crate::containers_support::{scan_bytes, scan_dir};
use serde_json::json;
use std::process::Command;

/// Runs Python in a new directory; `None` when there is none.
fn python(script: &str) -> Option<tempfile::TempDir> {
    let dir = tempfile::tempdir().expect("a directory");
    let ran = Command::new("python3").current_dir(dir.path()).args(["-c", script]).status();
    ran.is_ok_and(|status| status.success()).then_some(dir)
}

#[test]
fn databases_in_utf16_are_read() {
    for (seed, encoding) in [(1, "UTF-16le"), (2, "UTF-16be")] {
        let script = format!(
            "import sqlite3\nd = sqlite3.connect('d.db')\nd.execute('pragma encoding=\"{encoding}\"')\n\
             d.execute('create table \"vault\" (id integer primary key, [api token] text)')\n\
             d.execute('insert into vault values (1, ?)', ('ä' * 3000 + ' {}',))\nd.commit()\n",
            token(seed)
        );
        let Some(dir) = python(&script) else { return };
        scan_dir(dir.path(), &["d.db"]).exits(1).finds(&token(seed), "d.db!table vault").names(&[]);
    }
}

#[test]
fn what_is_only_in_the_log_of_a_database_is_read() {
    // The long value goes over pages of the log: no line of bytes has it whole.
    let script = format!(
        "import sqlite3, os, shutil\nd = sqlite3.connect('d.db')\nd.execute('pragma journal_mode=wal')\nd.execute('pragma wal_autocheckpoint=0')\n\
         d.execute('create table t (v text)')\nd.execute('insert into t values (?)', ('x' * 4041 + ' {}',))\nd.commit()\n\
         shutil.copy('d.db-wal', 'copy.db-wal')\nos._exit(0)\n",
        token(3)
    );
    let Some(dir) = python(&script) else { return };
    scan_dir(dir.path(), &["copy.db-wal"]).exits(1).finds(&token(3), "copy.db-wal!loose rows").names(&[]);
}

#[test]
fn what_was_deleted_from_a_database_is_read() {
    let script = format!(
        "import sqlite3\nd = sqlite3.connect('d.db')\nd.execute('pragma secure_delete=off')\n\
         d.execute('create table t (v text)')\nfor i in range(400): d.execute('insert into t values (?)', ('y' * 200,))\n\
         d.execute('insert into t values (?)', ('x' * 4041 + ' {}',))\nfor i in range(400): d.execute('insert into t values (?)', ('z' * 200,))\n\
         d.commit()\nd.execute('delete from t')\nd.commit()\n",
        token(4)
    );
    let Some(dir) = python(&script) else { return };
    let scanned = scan_dir(dir.path(), &["d.db"]).exits(1);
    assert!(scanned.people.out.contains(&token(4)), "{:#?}", scanned.people);
}

#[test]
fn what_a_browser_recorded_is_read_by_its_names() {
    let header = json!({"name": "X-Api-Key", "value": token(5)});
    let har = json!({"log": {"entries": [{
        "request": {"url": "https://example.com/", "headers": [header],
            "cookies": [{"name": "gh", "value": token(6)}], "postData": {"text": format!("{{\"token\": \"{}\"}}", token(7))}},
        "response": {"content": {"encoding": "base64", "text": base64(&format!("key: {}", token(8)))}},
    }]}});
    scan_bytes("session.har", har.to_string().as_bytes())
        .exits(1)
        .finds(&token(5), "session.har!request 1")
        .finds(&token(6), "session.har!request 1")
        .finds(&token(7), "session.har!request 1 body")
        .finds(&token(8), "session.har!answer 1 body")
        .names(&[]);
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn key_stores_say_whether_a_well_known_password_opens_them() {
    let dir = tempfile::tempdir().expect("a directory");
    let run = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        let ran = command.args(args).current_dir(dir.path()).stderr(std::process::Stdio::null()).status();
        ran.is_ok_and(|status| status.success())
    };
    let subject = ["-subj", "/CN=example.com", "-keyout", "key.pem", "-out", "cert.pem"];
    if !run("openssl", &[&["req", "-x509", "-newkey", "rsa:2048", "-nodes"][..], &subject].concat()) {
        return;
    }
    let named = |name: &str, word: &str| {
        let scanned = scan_dir(dir.path(), &[name]).exits(3);
        assert!(scanned.people.out.contains(word), "{name}: {:#?}", scanned.people);
    };
    for (name, password, word) in [
        ("empty.p12", "pass:", "its password is empty"),
        ("known.p12", "pass:changeit", "its password is `changeit`"),
        ("closed.p12", "pass:of nobody else", "closed by a password"),
    ] {
        let export = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-out", name, "-passout", password];
        assert!(run("openssl", &export), "{name}");
        named(name, word);
        assert!(run("openssl", &[&export[..], &["-macalg", "sha1"]].concat()), "{name}");
        named(name, word);
    }
    for (name, password, word) in [
        ("known.jks", "changeit", "its password is `changeit`"),
        ("closed.jks", "of nobody else", "closed by a password"),
    ] {
        let generate = [
            "-genkeypair",
            "-storetype",
            "JKS",
            "-keyalg",
            "RSA",
            "-dname",
            "CN=example.com",
            "-alias",
            "a",
            "-keystore",
            name,
            "-storepass",
            password,
            "-keypass",
            password,
        ];
        if run("keytool", &generate) {
            named(name, word);
        }
    }
    // Certificates alone keep no secret.
    let import = [
        "-importcert",
        "-noprompt",
        "-storetype",
        "JKS",
        "-file",
        "cert.pem",
        "-keystore",
        "trust.jks",
        "-storepass",
        "changeit",
    ];
    if run("keytool", &import) {
        scan_dir(dir.path(), &["trust.jks"]).exits(0);
    }
}

/// What only begins as a store of keys is searched as it stands.
#[test]
fn a_token_behind_an_empty_key_store_is_found() {
    let bytes =
        [b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\0".as_slice(), format!("\nk = \"{}\"\n", token(40)).as_bytes()].concat();
    let scanned = scan_bytes("a.jks", &bytes).exits(1);
    assert!(scanned.people.out.contains(&token(40)));
}
