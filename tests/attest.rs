//! `stanch attest` and `stanch gate`: what is claimed is true, what was changed is refused, and no secret is told.

use crate::attest_support::{private_pem, write_keys};
use crate::git_support::{Random, isolated};
use crate::image_support::{Layer, Store, lay};
use crate::stanch_support::{Ran, repo_with, run, stanch, token, try_git};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A folder with keys beside it: `k` and `other`.
fn prepared(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    write_keys(dir.path(), "k", 7);
    write_keys(dir.path(), "other", 8);
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes");
        fs::write(path, text).expect("writes");
    }
    dir
}

fn attest(dir: &Path, subject: &str, more: &[&str]) -> Ran {
    let args = [&["attest", "--subject", subject, "--key", "k.pem", "-o", "b.json"], more].concat();
    run(dir, &args)
}

fn gate(dir: &Path, subject: &str, more: &[&str]) -> Ran {
    run(dir, &[&["gate", "verify", subject, "--bundle", "b.json", "--key", "k.pub"], more].concat())
}

fn statement(dir: &Path) -> Value {
    let bundle: Value = serde_json::from_slice(&fs::read(dir.join("b.json")).expect("a bundle")).expect("JSON");
    let payload = bundle["dsseEnvelope"]["payload"].as_str().or(bundle["payload"].as_str()).expect("a payload");
    serde_json::from_slice(&STANDARD.decode(payload).expect("base64")).expect("a statement")
}

#[track_caller]
fn refuses(ran: &Ran, why: &str) {
    assert!(ran.code == 1 && ran.out.starts_with("refused: ") && ran.out.contains(why), "{why}: {ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
}

#[test]
fn what_is_attested_passes_and_what_is_changed_does_not() {
    let dir = prepared(&[("app/a.txt", "hello\n"), ("app/sub/b.txt", "more\n"), ("one.txt", "one\n")]);
    let (path, dir) = (dir.path().to_owned(), dir);
    for (subject, changed) in [("one.txt", "one.txt"), ("app", "app/sub/b.txt"), ("./app/", "app/new.txt")] {
        let ran = attest(&path, subject, &[]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = gate(&path, subject, &["--max-age", "1h", "--rules-not-older-than", "own"]);
        assert!(ran.code == 0 && ran.out.starts_with(&format!("passed: {subject}")), "{ran:?}");
        refuses(&run(&path, &["gate", "verify", subject, "--bundle", "b.json", "--key", "other.pub"]), "by this key");
        refuses(&gate(&path, subject, &["--require", "STANCH_HISTORY_SCANNED"]), "does not claim STANCH_HISTORY");
        refuses(&gate(&path, subject, &["--rules-not-older-than", "99.0"]), "99.0 or later is asked for");
        refuses(&gate(&path, subject, &["--type", "https://example.org/x"]), "of the type https://in-toto.io");
        fs::write(path.join(changed), "changed").expect("writes");
        refuses(&gate(&path, subject, &[]), "and the statement is about");
    }
    let digest = statement(dir.path())["subject"][0]["digest"].clone();
    assert_eq!(digest["dirHash"], digest["dirHash1"]);
    let gone = gate(&path, "nothing", &[]);
    assert!(gone.code == 3 && gone.out.starts_with("refused: "), "{gone:?}");
    let gone = run(&path, &["gate", "verify", "app", "--bundle", "none.json", "--key", "k.pub"]);
    assert!(gone.code == 3 && gone.out.starts_with("refused: none.json"), "{gone:?}");
    assert_eq!(run(&path, &["gate", "verify", "app", "--bundle", "b.json", "--key", "k.pem"]).code, 2);
}

#[test]
fn a_folder_has_the_digest_that_other_tools_compute() {
    let dir = prepared(&[
        ("app/b", "1"),
        ("app/a/c", "2"),
        ("app/a-d", "3"),
        ("app/.git/HEAD", "ref: x"),
        ("app/.hidden", "4"),
    ]);
    assert_eq!(attest(dir.path(), "app", &[]).code, 0);
    let script =
        "cd app && find . -name .git -prune -o -type f -print | cut -c3- | LC_ALL=C sort | xargs sha256sum | sha256sum";
    let output = isolated("sh").args(["-c", script]).current_dir(dir.path()).output().expect("runs");
    let wanted = String::from_utf8_lossy(&output.stdout).split(' ').next().expect("a digest").to_owned();
    assert_eq!(statement(dir.path())["subject"][0]["digest"]["dirHash"], wanted.as_str());
}

#[test]
fn secrets_are_not_claimed_away_and_not_told() {
    let secret = token(1);
    let named = format!("app/{}.txt", token(2));
    let dir = prepared(&[("app/a.txt", &format!("token = \"{secret}\"\n")), (&named, "fine\n")]);
    let ran = attest(dir.path(), "app", &["--coverage", "c.txt"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let statement = statement(dir.path());
    let claimed = statement["predicate"]["properties"].as_array().expect("a list").clone();
    assert!(!claimed.contains(&json!("STANCH_NO_UNPROTECTED_SECRETS")), "{claimed:?}");
    assert!(claimed.contains(&json!("STANCH_COVERAGE_COMPLETE")), "{claimed:?}");
    refuses(&gate(dir.path(), "app", &[]), "does not claim STANCH_NO_UNPROTECTED_SECRETS");
    let coverage = fs::read_to_string(dir.path().join("c.txt")).expect("reads");
    assert!(coverage.contains("file secret "), "{coverage}");
    assert!(coverage.lines().any(|line| line.starts_with("file secret ") && line.contains(" withheld a.txt")));
    for text in [coverage, statement.to_string(), ran.out, ran.err] {
        assert!(!text.contains(&secret) && !text.contains(&token(2)), "{text}");
    }
    // Exceptions are told of, and the file that makes one is among the policies.
    let ran = run(&dir.path().join("app"), &["baseline", "create"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = attest(dir.path(), "app", &["--type", "test-result"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let statement = self::statement(dir.path());
    assert_eq!(statement["predicate"]["result"], "WARNED");
    assert_eq!(statement["predicate"]["warnedTests"], json!(["STANCH_NO_EXCEPTIONS"]));
    assert!(statement.to_string().contains("\"baseline .stanch-baseline\""), "{statement}");
    refuses(&gate(dir.path(), "app", &["--require", "STANCH_NO_EXCEPTIONS"]), "STANCH_NO_EXCEPTIONS");
    assert_eq!(gate(dir.path(), "app", &[]).code, 0);
    // The digest of a short file is as good as the password in it.
    fs::write(dir.path().join("p.env"), "DB_PASSWORD=tiger2tiger\n").expect("writes"); // stanch:allow
    let ran = attest(dir.path(), "p.env", &[]);
    assert!(ran.code == 2 && ran.err.contains("let it be guessed"), "{ran:?}");
}

#[test]
fn what_was_not_read_is_named_and_not_claimed() {
    let dir = prepared(&[
        ("app/a.txt", "fine\n"),
        ("app/left/b.txt", "fine\n"),
        ("app/stanch.toml", "exclude = [\"left/\"]\n"),
    ]);
    let ran = attest(dir.path(), "app", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let statement = statement(dir.path());
    let claimed = &statement["predicate"]["properties"];
    assert!(
        claimed.to_string().contains("STANCH_SCAN_COMPLETE") && !claimed.to_string().contains("COVERAGE"),
        "{claimed}"
    );
    assert!(statement["predicate"]["stanch"]["leftOutNames"].to_string().contains("left"), "{statement}");
    assert!(statement["predicate"]["verifier"]["policies"].to_string().contains("configuration stanch.toml"));
    refuses(&gate(dir.path(), "app", &[]), "does not claim STANCH_COVERAGE_COMPLETE");
    fs::remove_file(dir.path().join("app/stanch.toml")).expect("removes");
    // A container that is damaged.
    fs::write(dir.path().join("app/x.gz"), b"\x1f\x8b\x08\0\0\0\0\0\0\x03damaged").expect("writes");
    let ran = attest(dir.path(), "app", &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let statement = self::statement(dir.path());
    assert!(statement["predicate"]["stanch"]["unreadNames"].to_string().contains("x.gz"), "{statement}");
    refuses(&gate(dir.path(), "app", &[]), "does not claim STANCH_COVERAGE_COMPLETE");
}

#[test]
fn a_commit_is_attested_with_all_that_leads_to_it() {
    let repo = repo_with(&[("a.txt", "one\n")]);
    repo.write("a.txt", format!("token = \"{}\"\n", token(3)));
    let bad = repo.commit("bad");
    repo.git(&["checkout", "-q", "-b", "good", "HEAD~1"]);
    repo.write("b.txt", "two\n");
    let good = repo.commit("good");
    write_keys(&repo.path, "k", 7);
    let ran = attest(&repo.path, "git:good", &["--coverage", "c.txt"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let digest = statement(&repo.path)["subject"][0]["digest"].clone();
    assert_eq!(digest["gitCommit"], good.as_str());
    assert_eq!(digest["gitTree"], repo.git(&["rev-parse", "good^{tree}"]).trim());
    assert_eq!(gate(&repo.path, "git:HEAD", &["--require", "STANCH_HISTORY_SCANNED"]).code, 0);
    refuses(&gate(&repo.path, &format!("git:{bad}"), &[]), "and the statement is about");
    assert_eq!(gate(&repo.path, "git:nothing", &[]).code, 3);
    for object in [&good, repo.git(&["rev-parse", "good:b.txt"]).trim()] {
        let ran = run(
            &repo.path,
            &["attest", "coverage", "c.txt", "--bundle", "b.json", "--key", "k.pub", "--prove", object],
        );
        assert_eq!(ran.code, 0, "{ran:?}");
        fs::write(repo.path.join("p.json"), &ran.out).expect("writes");
        let ran = run(&repo.path, &["attest", "coverage", "--check", "p.json", "--bundle", "b.json", "--key", "k.pub"]);
        assert!(ran.code == 0 && ran.out.starts_with("covered: ") && ran.out.contains(object), "{ran:?}");
    }
    // The name of a blob with a secret would let a short one be guessed.
    let blob = repo.git(&["rev-parse", &format!("{bad}:a.txt")]);
    let coverage = fs::read_to_string(repo.path.join("c.txt")).expect("reads");
    assert!(!coverage.contains(blob.trim()) && coverage.contains("blob secret "), "{coverage}");
    // A shallow clone does not have the history.
    let dir = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", repo.path.display());
    assert_eq!(try_git(dir.path(), &["clone", "-q", "--depth", "1", "-b", "good", &url, "s"]).code, 0);
    let shallow = dir.path().join("s");
    write_keys(&shallow, "k", 7);
    let ran = attest(&shallow, "git:HEAD", &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    refuses(&gate(&shallow, "git:HEAD", &["--require", "STANCH_HISTORY_SCANNED"]), "STANCH_HISTORY_SCANNED");
}

#[test]
fn proofs_are_of_what_was_read() {
    let dir = prepared(&[("app/a.txt", "fine\n"), ("app/sub/a.txt", "fine too\n")]);
    assert_eq!(attest(dir.path(), "app", &["--coverage", "c.txt"]).code, 0);
    let prove = |name: &str| run(dir.path(), &["attest", "coverage", "c.txt", "--prove", name]);
    let proof = prove("sub/a.txt");
    assert_eq!(proof.code, 0, "{proof:?}");
    assert!(proof.out.len() < 2000, "{proof:?}");
    assert_eq!(prove("a.txt").code, 0, "the whole name comes first");
    refuses(&prove("b.txt"), "nothing of this name was read");
    fs::write(dir.path().join("p.json"), &proof.out).expect("writes");
    // Another statement has another root.
    fs::write(dir.path().join("app/a.txt"), "changed\n").expect("writes");
    assert_eq!(attest(dir.path(), "app", &[]).code, 0);
    let check = ["attest", "coverage", "--check", "p.json", "--bundle", "b.json", "--key", "k.pub"];
    refuses(&run(dir.path(), &check), "of another coverage");
    let file = fs::read_to_string(dir.path().join("c.txt")).expect("reads");
    fs::write(dir.path().join("c.txt"), file.replace("file clean 9", "file clean 8")).expect("writes");
    let ran = prove("a.txt");
    assert!(ran.code == 2 && ran.err.contains("it was changed"), "{ran:?}");
}

#[test]
fn an_image_is_attested_where_its_digest_ties_it() {
    let dir = prepared(&[]);
    let mut store = Store::default();
    let layers: [Layer<'_>; 2] =
        [("COPY a", &[("srv/a.env", b"A=1\n")]), ("RUN rm", &[("srv/.wh.a.env", b""), ("b.env", b"B=2\n")])];
    let made = store.image(&layers, json!({"Env": ["PATH=/bin"]}));
    lay(&dir.path().join("oci"), &store.layout(std::slice::from_ref(&made.descriptor)));
    let ran = attest(dir.path(), "image:oci", &["--coverage", "c.txt", "--push"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let digest = made.descriptor["digest"].as_str().expect("a digest");
    assert_eq!(statement(dir.path())["subject"][0]["digest"]["sha256"], digest.trim_start_matches("sha256:"));
    assert_eq!(gate(dir.path(), "image:oci", &[]).code, 0);
    let prove = |name: &str| run(dir.path(), &["attest", "coverage", "c.txt", "--prove", name]);
    assert_eq!((prove("srv/a.env").code, prove("b.env").code), (0, 0));
    // Twice is once more, beside the first; the image stays the subject.
    assert_eq!(attest(dir.path(), "image:oci", &["--push"]).code, 0);
    assert_eq!(gate(dir.path(), "image:oci", &[]).code, 0);
    let index: Value =
        serde_json::from_slice(&fs::read(dir.path().join("oci/index.json")).expect("reads")).expect("JSON");
    let manifests = index["manifests"].as_array().expect("a list");
    assert!(manifests.iter().any(|one| one["artifactType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"));
    assert!(manifests.iter().any(|one| one.to_string().contains(".att\"")), "{index}");
    // A layer that is not what its digest says.
    let blobs = dir.path().join("oci/blobs/sha256");
    let layer = fs::read_dir(&blobs).expect("lists").map(|entry| entry.expect("an entry").path());
    let layer = layer.max_by_key(|path| fs::metadata(path).expect("data").len()).expect("a layer");
    let mut bytes = fs::read(&layer).expect("reads");
    bytes[300] ^= 1;
    fs::write(&layer, bytes).expect("writes");
    let ran = gate(dir.path(), "image:oci", &[]);
    assert!(ran.code == 3 && ran.out.starts_with("refused: the subject cannot be read"), "{ran:?}");
    lay(&dir.path().join("docker"), &made.docker_storage("app:1"));
    let ran = attest(dir.path(), "image:docker", &[]);
    assert!(ran.code == 2 && ran.err.contains("nothing ties"), "{ran:?}");
}

#[test]
fn an_unsigned_statement_is_signed_only_for_what_it_is_about() {
    let dir = prepared(&[("one.txt", "one\n"), ("two.txt", "two\n")]);
    let made = run(dir.path(), &["attest", "--subject", "one.txt", "--statement-only", "-o", "s.json"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(attest(dir.path(), "one.txt", &["--report", "s.json"]).code, 0);
    assert_eq!(gate(dir.path(), "one.txt", &[]).code, 0);
    let ran = attest(dir.path(), "two.txt", &["--report", "s.json"]);
    assert!(ran.code == 2 && ran.err.contains("the statement is about"), "{ran:?}");
    let report = run(dir.path(), &["scan", "one.txt", "--format", "json"]).out;
    fs::write(dir.path().join("r.json"), report).expect("writes");
    let ran = attest(dir.path(), "one.txt", &["--report", "r.json"]);
    assert!(ran.code == 2 && ran.err.contains("--statement-only"), "{ran:?}");
    // One that claims more than its numbers say.
    let text = fs::read_to_string(dir.path().join("s.json")).expect("reads");
    for (from, to) in
        [("\"findings\": 0", "\"findings\": 1"), ("\"unread\": 0", "\"unread\": 2"), ("Leaves\": 1", "Leaves\": 0")]
    {
        assert!(text.contains(from), "{text}");
        fs::write(dir.path().join("s.json"), text.replace(from, to)).expect("writes");
        let ran = attest(dir.path(), "one.txt", &["--report", "s.json"]);
        assert!(ran.code == 2 && ran.err.contains("claims more"), "{ran:?}");
    }
}

#[test]
fn two_hundred_changes_are_all_refused() {
    let dir = prepared(&[("one.txt", "one\n")]);
    assert_eq!(attest(dir.path(), "one.txt", &[]).code, 0);
    let bundle = fs::read(dir.path().join("b.json")).expect("reads");
    let key = fs::read(dir.path().join("k.pub")).expect("reads");
    let mut random = Random::new(5);
    let mut change = |bytes: &[u8]| {
        let mut changed = bytes.to_vec();
        loop {
            let at = random.below(changed.len());
            match random.below(4) {
                0 => changed.truncate(at),
                1 => changed[at] ^= 1 << random.below(7),
                2 => changed.insert(at, b'A' + random.below(26) as u8),
                _ => drop(changed.remove(at)),
            }
            // White space in JSON and PEM says nothing.
            let dense =
                |bytes: &[u8]| bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
            if dense(&changed) != dense(bytes) {
                return changed;
            }
        }
    };
    for number in 0..200 {
        let (of_bundle, of_key) = match number % 5 {
            0 => (bundle.clone(), change(&key)),
            _ => (change(&bundle), key.clone()),
        };
        fs::write(dir.path().join("b.json"), &of_bundle).expect("writes");
        fs::write(dir.path().join("k.pub"), &of_key).expect("writes");
        // What is not signed, the form and the hint at a key, lets nothing else through.
        let signed = |bytes: &[u8]| {
            let value: Value = serde_json::from_slice(bytes).ok()?;
            let envelope = &value["dsseEnvelope"];
            let parts = [&envelope["payload"], &envelope["payloadType"], &envelope["signatures"][0]["sig"]];
            Some(parts.map(Value::clone))
        };
        if of_key == key && signed(&of_bundle) == signed(&bundle) {
            continue;
        }
        let ran = gate(dir.path(), "one.txt", &[]);
        let (of_bundle, of_key) = (String::from_utf8_lossy(&of_bundle), String::from_utf8_lossy(&of_key));
        assert!(matches!(ran.code, 1..=3), "{number}: {ran:?}\n{of_bundle}\n{of_key}");
    }
    // A statement that was signed as it is, and is none of ours.
    let good = statement_of(&bundle);
    let changes: [fn(&mut Value); 10] = [
        |one| one["_type"] = json!("x"),
        |one| one["subject"] = json!([]),
        |one| one["subject"][0]["digest"] = json!({"md5": "0"}),
        |one| one["subject"][0]["digest"]["sha512"] = Value::Null,
        |one| one["predicateType"] = json!("https://example.org/x"),
        |one| one["predicate"]["timeCreated"] = json!("2999-01-01T00:00:00Z"),
        |one| one["predicate"]["timeCreated"] = Value::Null,
        |one| one["predicate"]["verifier"]["id"] = json!("https://example.org"),
        |one| one["predicate"]["stanch"]["findings"] = json!(1),
        |one| one["predicate"]["stanch"] = Value::Null,
    ];
    fs::write(dir.path().join("k.pub"), &key).expect("writes");
    for (number, change) in changes.iter().enumerate() {
        let mut changed = good.clone();
        change(&mut changed);
        fs::write(dir.path().join("b.json"), signed(&changed)).expect("writes");
        let ran = gate(dir.path(), "one.txt", &[]);
        assert!(ran.code == 1 && ran.out.starts_with("refused: "), "{number}: {ran:?}");
    }
    fs::write(dir.path().join("b.json"), signed(&good)).expect("writes");
    assert_eq!(gate(dir.path(), "one.txt", &[]).code, 0);
}

fn statement_of(bundle: &[u8]) -> Value {
    let bundle: Value = serde_json::from_slice(bundle).expect("JSON");
    let payload = bundle["dsseEnvelope"]["payload"].as_str().expect("a payload");
    serde_json::from_slice(&STANDARD.decode(payload).expect("base64")).expect("a statement")
}

/// A bare envelope over any statement, by the key of the tests.
fn signed(statement: &Value) -> String {
    let key = stanch::attest::PrivateKey::parse(&private_pem(7), || None).expect("a key");
    let envelope = stanch::attest::Envelope::sign(stanch::attest::PAYLOAD_TYPE, statement.to_string().as_bytes(), &key);
    stanch::attest::write_bundle(&envelope, &key.public(), stanch::attest::Form::Dsse)
}

#[test]
fn statements_of_others_pass_by_their_key_alone() {
    let dir = prepared(&[("one.txt", "one\n")]);
    let digest = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
    let provenance = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "one.txt", "digest": {"sha256": digest}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {"runDetails": {"metadata": {"finishedOn": "2020-01-01T00:00:00Z"}}},
    });
    fs::write(dir.path().join("b.json"), signed(&provenance)).expect("writes");
    refuses(&gate(dir.path(), "one.txt", &[]), "--any-predicate takes it");
    assert_eq!(gate(dir.path(), "one.txt", &["--any-predicate"]).code, 0);
    assert_eq!(gate(dir.path(), "one.txt", &["--any-predicate", "--type", "https://slsa.dev/provenance/v1"]).code, 0);
    refuses(&gate(dir.path(), "one.txt", &["--any-predicate", "--max-age", "7d"]), "older than is allowed");
    fs::write(dir.path().join("one.txt"), "two\n").expect("writes");
    refuses(&gate(dir.path(), "one.txt", &["--any-predicate"]), "and the statement is about");
    // Of several, one that satisfies is enough; a list has one a line.
    fs::write(dir.path().join("one.txt"), "one\n").expect("writes");
    assert_eq!(attest(dir.path(), "one.txt", &["--dsse"]).code, 0);
    let ours = fs::read_to_string(dir.path().join("b.json")).expect("reads");
    fs::write(dir.path().join("b.json"), format!("{}{ours}", signed(&provenance))).expect("writes");
    assert_eq!(gate(dir.path(), "one.txt", &[]).code, 0);
}

/// Whether a program is there.
fn has(program: &str) -> bool {
    Command::new(program).arg("version").output().is_ok()
}

#[test]
fn openssl_verifies_what_is_signed_and_its_keys_sign() {
    if !has("openssl") {
        return;
    }
    let dir = prepared(&[("one.txt", "one\n")]);
    let openssl = |args: &str| {
        let output = isolated("openssl").args(args.split(' ')).current_dir(dir.path()).output().expect("runs");
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stderr));
    };
    openssl("genpkey -algorithm ed25519 -out k.pem");
    openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p.pem");
    openssl("pkcs8 -topk8 -v2 aes-256-cbc -in p.pem -out e.pem -passout pass:tests");
    openssl("pkey -in k.pem -pubout -out k.pub");
    openssl("pkey -in p.pem -pubout -out p.pub");
    fs::write(dir.path().join("word"), "tests\n").expect("writes");
    for (key, public, more) in
        [("k.pem", "k.pub", &[][..]), ("p.pem", "p.pub", &[]), ("e.pem", "p.pub", &["--key-password-file", "word"])]
    {
        let args = [&["attest", "--subject", "one.txt", "--key", key, "-o", "b.json"], more].concat();
        let ran = run(dir.path(), &args);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(run(dir.path(), &["gate", "verify", "one.txt", "--bundle", "b.json", "--key", public]).code, 0);
        let bundle: Value = serde_json::from_slice(&fs::read(dir.path().join("b.json")).expect("reads")).expect("JSON");
        let envelope = &bundle["dsseEnvelope"];
        let decoded = |text: &Value| STANDARD.decode(text.as_str().expect("text")).expect("base64");
        let payload = decoded(&envelope["payload"]);
        let head = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len());
        fs::write(dir.path().join("signed"), [head.as_bytes(), &payload].concat()).expect("writes");
        fs::write(dir.path().join("sig"), decoded(&envelope["signatures"][0]["sig"])).expect("writes");
        match public {
            "k.pub" => openssl("pkeyutl -verify -rawin -pubin -inkey k.pub -sigfile sig -in signed"),
            _ => openssl("dgst -sha256 -verify p.pub -signature sig signed"),
        }
    }
    let mut without = stanch(dir.path(), &["attest", "--subject", "one.txt", "--key", "e.pem"]);
    let ran: Ran = without.output().expect("runs").into();
    assert!(ran.code == 2 && ran.err.contains("STANCH_KEY_PASSWORD"), "{ran:?}");
    let wrong: Ran = without.env("STANCH_KEY_PASSWORD", "no").output().expect("runs").into();
    assert!(wrong.code == 2 && wrong.err.contains("does not open it"), "{wrong:?}");
}
