//! `stanch image`: every layer, what is removed, the configuration and what is attached, from wherever an image is kept.

use crate::binary::{Ran, run, stanch, token};
use crate::image_support::{MANIFEST, Made, Store, lay, tarred};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn env(seed: u64) -> Vec<u8> {
    format!("GH_TOKEN=\"{}\"\n", token(seed)).into_bytes()
}

fn image(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["image", "--show-secrets"]).args(args))
}

/// An image with secrets in three layers, of which the third removes one and replaces another.
fn sample(store: &mut Store) -> Made {
    let history = format!("RUN |1 NPM_TOKEN={} /bin/sh -c npm ci", token(6));
    store.image(
        &[
            ("COPY secrets /srv", &[("srv/a.env", &env(1)), ("srv/b.env", &env(2)), ("srv/keep.env", &env(3))]),
            (&history, &[("srv/b.env", b"nothing\n"), ("etc/c.env", &env(4))]),
            ("RUN rm -f /srv/a.env", &[("srv/.wh.a.env", b""), ("opt/deep/d.env", &env(5))]),
        ],
        json!({"Env": [format!("API_TOKEN={}", token(7))], "Labels": {"build.token": token(8)}}),
    )
}

/// Asserts that a secret is at a place.
#[track_caller]
fn finds(ran: &Ran, seed: u64, place: &str) {
    let has_place = ran.out.lines().any(|line| line == place);
    assert!(has_place && ran.out.contains(&token(seed)), "no {} at {place}: {ran:#?}", token(seed));
}

/// What every form of the sample shows.
#[track_caller]
fn finds_all(ran: &Ran, name: &str, knows_removed: bool) {
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    let removed = if knows_removed { " (removed in layer 3, still in the image)" } else { "" };
    finds(ran, 1, &format!("{name}!layer 1{removed}!srv/a.env"));
    finds(ran, 2, &format!("{name}!layer 1 (removed in layer 2, still in the image)!srv/b.env"));
    finds(ran, 3, &format!("{name}!layer 1!srv/keep.env"));
    finds(ran, 4, &format!("{name}!layer 2!etc/c.env"));
    finds(ran, 5, &format!("{name}!layer 3!opt/deep/d.env"));
    finds(ran, 6, &format!("{name}!history 2"));
    finds(ran, 7, &format!("{name}!env[API_TOKEN]"));
    finds(ran, 8, &format!("{name}!label[build.token]"));
    assert!(ran.out.contains("made by `COPY secrets /srv`") && ran.out.contains("image sha256:"), "{ran:#?}");
}

#[test]
fn every_form_of_an_image_shows_the_same() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store);
    let layout = store.layout(std::slice::from_ref(&made.descriptor));
    lay(&dir.path().join("oci"), &layout);
    fs::write(dir.path().join("oci.tar"), tarred(&layout)).expect("a file");
    fs::write(dir.path().join("docker.tar"), tarred(&made.docker_save("app:1"))).expect("a file");
    lay(&dir.path().join("docker"), &made.docker_storage("app:1"));
    lay(&dir.path().join("podman"), &made.containers_storage("localhost/app:1"));
    let blobs: Vec<_> = layout.iter().filter(|(name, _)| name.starts_with("blobs/")).cloned().collect();
    lay(&dir.path().join("containerd/io.containerd.content.v1.content"), &blobs);
    for (name, has_marks) in [
        ("oci", true),
        ("oci.tar", true),
        ("docker.tar", true),
        ("docker", false),
        ("podman", false),
        ("containerd", true),
    ] {
        for threads in ["1", "4"] {
            finds_all(&image(dir.path(), &[name, "--threads", threads]), name, has_marks);
        }
    }
}

#[test]
fn machines_are_told_the_layer_and_the_image() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store);
    lay(&dir.path().join("oci"), &store.layout(std::slice::from_ref(&made.descriptor)));
    let report = image(dir.path(), &["oci", "--format", "json"]).exits(1).json();
    let all = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .flat_map(|one| one["occurrences"].as_array().expect("places"));
    let first: Vec<&Value> = all.filter(|one| one["steps"][1]["path"] == "srv/a.env").collect();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["image"], json!({"reference": "oci", "digest": made.descriptor["digest"]}));
    let layer = &first[0]["steps"][0];
    assert_eq!((&layer["removed_in"], &layer["created_by"]), (&json!(3), &json!("COPY secrets /srv")));
    assert_eq!(layer["digest"], made.config["rootfs"]["diff_ids"][0]);
    let report = image(dir.path(), &["oci", "--format", "sarif"]).exits(1).json();
    let results = report["runs"][0]["results"].as_array().expect("results");
    let uri = |one: &&Value| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "srv/a.env";
    let one = results.iter().find(uri).expect("the path within is the artefact");
    assert_eq!(one["locations"][0]["logicalLocations"][0]["properties"]["createdBy"], "COPY secrets /srv");
    assert_eq!(one["properties"]["image"]["digest"], made.descriptor["digest"]);
}

#[test]
fn an_index_has_platforms_attestations_and_layers_that_are_elsewhere() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let base: &[(&str, &[u8])] = &[("base.env", &env(20))];
    let one = store.image(&[("FROM", base), ("COPY", &[("x", &env(21))])], json!({}));
    let two = store.image(&[("FROM", base), ("COPY", &[("x", &env(22))])], json!({}));
    let statement = json!({"_type": "https://in-toto.io/Statement/v1", "predicate": {"args": {"GH_TOKEN": token(23)}}});
    let layer = store.describe("application/vnd.in-toto+json", statement.to_string().into_bytes());
    let empty = store.describe("application/vnd.oci.empty.v1+json", b"{}".to_vec());
    let text = json!({"schemaVersion": 2, "config": empty, "layers": [layer], "subject": one.descriptor}).to_string();
    let mut attestation = store.describe(MANIFEST, text.into_bytes());
    attestation["annotations"] = json!({"vnd.docker.reference.type": "attestation-manifest"});
    attestation["platform"] = json!({"os": "unknown", "architecture": "unknown"});
    let foreign = json!({"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "size": 9,
        "digest": format!("sha256:{}", "ab".repeat(32)), "urls": ["https://example.com/layer"]});
    let text = json!({"schemaVersion": 2, "config": empty, "layers": [foreign]}).to_string();
    let other = store.describe(MANIFEST, text.into_bytes());
    let (mut first, mut second) = (one.descriptor.clone(), two.descriptor.clone());
    first["platform"] = json!({"os": "linux", "architecture": "amd64"});
    second["platform"] = json!({"os": "linux", "architecture": "arm", "variant": "v7"});
    lay(&dir.path().join("oci"), &store.layout(&[first, second, attestation, other]));
    let ran = image(dir.path(), &["oci"]).exits(1);
    // The base is read once.
    finds(&ran, 20, "oci (linux/amd64)!layer 1!base.env");
    assert!(!ran.out.contains("(linux/arm/v7)!layer 1"), "{ran:#?}");
    finds(&ran, 21, "oci (linux/amd64)!layer 2!x");
    finds(&ran, 22, "oci (linux/arm/v7)!layer 2!x");
    assert!(ran.out.contains(&token(23)) && ran.out.contains("oci (attestation-manifest)!"), "{ran:#?}");
    assert!(ran.out.contains("a foreign layer") && ran.out.contains("https://example.com/layer"), "{ran:#?}");
    let ran = image(dir.path(), &["oci", "--platform", "linux/arm"]);
    assert!(!ran.out.contains(&token(21)) && ran.out.contains(&token(22)), "{ran:#?}");
    image(dir.path(), &["oci", "--platform", "linux/arm", "--name", "other:1"]).exits(2);
}

#[test]
fn what_is_no_image_or_is_damaged_is_told() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store);
    image(dir.path(), &["nowhere"]).exits(2).complains(&["nowhere: no such file or folder"]);
    fs::create_dir(dir.path().join("empty")).expect("a directory");
    image(dir.path(), &["empty"]).exits(2).complains(&["empty: it is no image"]);
    fs::write(dir.path().join("text"), "text").expect("a file");
    image(dir.path(), &["text"]).exits(2).complains(&["text: it is no image"]);
    fs::write(dir.path().join("a.tar.gz"), crate::containers_support::gzip(&tarred(&made.docker_save("app:1"))))
        .expect("a file");
    image(dir.path(), &["a.tar.gz"]).exits(2).complains(&["compressed with gzip"]);
    fs::write(dir.path().join("a.tar"), tarred(&made.docker_save("app:1"))).expect("a file");
    image(dir.path(), &["a.tar", "--name", "b"]).exits(2).complains(&["it holds nothing that is b; it has app:1"]);
    image(dir.path(), &["a.tar", "--name", "app:1"]).exits(1);
    // A layer that is not there, and one that is cut.
    let digests: Vec<String> = store.blobs.keys().cloned().collect();
    for digest in digests {
        let whole = store.blobs.remove(&digest).expect("a blob");
        let place = dir.path().join("lacks");
        let _ = fs::remove_dir_all(&place);
        lay(&place, &store.layout(std::slice::from_ref(&made.descriptor)));
        let ran = image(dir.path(), &["lacks", "--format", "json"]);
        assert!(
            matches!(ran.code, Some(1 | 3)) && !ran.json()["problems"].as_array().expect("problems").is_empty(),
            "{ran:#?}"
        );
        store.blobs.insert(digest, whole);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn marks_of_an_overlay_remove() {
    use std::os::unix::ffi::OsStrExt;
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = sample(&mut store);
    lay(&dir.path().join("docker"), &made.docker_storage("app:1"));
    let mark = dir.path().join("docker/overlay2/cache2/diff/srv/a.env");
    fs::create_dir_all(mark.parent().expect("a parent")).expect("a directory");
    let name = std::ffi::CString::new(mark.as_os_str().as_bytes()).expect("no zero byte");
    // Who is not root can make no such mark, and nothing is tried.
    // SAFETY: the name ends in a zero byte and outlives the call.
    if unsafe { libc::mknod(name.as_ptr(), libc::S_IFCHR, 0) } != 0 {
        return;
    }
    finds_all(&image(dir.path(), &["docker"]), "docker", true);
}
