//! `stanch image` says "clean" of nothing that it did not read: odd, damaged and lying images.

use crate::binary::{Ran, run, stanch, token};
use crate::containers_support::tar_header;
use crate::image_support::{Made, Store, digest, lay, tarred};
use crate::registry_support::{Manners, Registry};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn env(seed: u64) -> Vec<u8> {
    format!("GH_TOKEN=\"{}\"\n", token(seed)).into_bytes()
}

fn image(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["image", "--show-secrets"]).args(args))
}

fn one_layer(store: &mut Store, name: &str, bytes: &[u8]) -> Made {
    store.image(&[("COPY", &[(name, bytes)])], json!({}))
}

/// The docker-save form of an image whose configuration names other layers' digests.
fn saved(made: &Made, tag: &str, diff_ids: &Value) -> Vec<(String, Vec<u8>)> {
    let mut files = made.docker_save(tag);
    let mut config = made.config.clone();
    config["rootfs"]["diff_ids"] = diff_ids.clone();
    files[0].1 = config.to_string().into_bytes();
    files
}

#[test]
fn a_platform_that_is_not_there_is_no_clean_answer() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", &env(201));
    let mut described = made.descriptor.clone();
    described["platform"] = json!({"os": "linux", "architecture": "amd64"});
    let index = store.describe(
        "application/vnd.oci.image.index.v1+json",
        json!({"manifests": [described]}).to_string().into_bytes(),
    );
    lay(&dir.path().join("nested"), &store.layout(&[index]));
    lay(&dir.path().join("oci"), &store.layout(std::slice::from_ref(&made.descriptor)));
    lay(&dir.path().join("docker"), &made.docker_storage("app:1"));
    lay(&dir.path().join("podman"), &made.containers_storage("localhost/app:1"));
    fs::write(dir.path().join("docker.tar"), tarred(&made.docker_save("app:1"))).expect("a file");
    for name in ["nested", "oci", "docker", "podman", "docker.tar"] {
        let other = image(dir.path(), &[name, "--platform", "linux/arm64"]).exits(2);
        assert!(other.err.contains("linux/arm64") && other.err.contains("it has linux/amd64"), "{name}: {other:#?}");
        image(dir.path(), &[name, "--platform", "linux/amd64"]).exits(1);
        let both = image(dir.path(), &[name, "--platform", "linux/amd64", "--platform", "linux/s390x"]).exits(1);
        assert!(both.out.contains("linux/s390x: there is no image of this platform"), "{name}: {both:#?}");
    }
}

#[test]
fn a_mark_with_content_is_read() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "srv/.wh.a", &env(202));
    let layout = store.layout(std::slice::from_ref(&made.descriptor));
    lay(&dir.path().join("oci"), &layout);
    fs::write(dir.path().join("oci.tar"), tarred(&layout)).expect("a file");
    assert!(image(dir.path(), &["oci"]).exits(1).out.contains(&token(202)));
    let scanned = run(&mut stanch(dir.path(), ["scan", "--show-secrets", "oci.tar"])).exits(1);
    assert!(scanned.out.contains(&token(202)), "{scanned:#?}");
}

#[test]
fn an_image_that_claims_the_layers_of_another_one_is_read_all_the_same() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let (first, second) = (one_layer(&mut store, "a", b"nothing\n"), one_layer(&mut store, "a", &env(203)));
    fs::write(dir.path().join("a.tar"), tarred(&first.docker_save("a:1"))).expect("a file");
    let claims = saved(&second, "b:1", &first.config["rootfs"]["diff_ids"]);
    fs::write(dir.path().join("b.tar"), tarred(&claims)).expect("a file");
    let ran = image(dir.path(), &["a.tar", "b.tar"]).exits(1);
    assert!(ran.out.contains(&token(203)), "{ran:#?}");
}

#[test]
fn bytes_with_another_digest_are_named_wherever_they_are_kept() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", &env(204));
    for key in store.blobs.keys().cloned().collect::<Vec<_>>() {
        let whole = store.blobs[&key].clone();
        // Behind its end a gzip may have anything.
        store.blobs.insert(key.clone(), [whole.as_slice(), b"\0"].concat());
        let layout = store.layout(std::slice::from_ref(&made.descriptor));
        let place = dir.path().join("oci");
        let _ = fs::remove_dir_all(&place);
        lay(&place, &layout);
        fs::write(dir.path().join("oci.tar"), tarred(&layout)).expect("a file");
        for name in ["oci", "oci.tar"] {
            let ran = image(dir.path(), &[name]);
            assert!(ran.out.contains("others than its digest names") && ran.out.contains("INCOMPLETE"), "{ran:#?}");
        }
        store.blobs.insert(key, whole);
    }
    // What a digest of an unknown algorithm names cannot be checked.
    let bytes = env(205);
    let name = format!("sha3:{}", "ab".repeat(32));
    let layer = json!({"mediaType": "application/octet-stream", "digest": name, "size": bytes.len()});
    store.blobs.insert(name, bytes);
    let manifest = store.describe(crate::image_support::MANIFEST, json!({"layers": [layer]}).to_string().into_bytes());
    lay(&dir.path().join("odd"), &store.layout(&[manifest]));
    let ran = image(dir.path(), &["odd"]).exits(1);
    assert!(ran.out.contains(&token(205)) && ran.out.contains("an algorithm that is not known"), "{ran:#?}");
}

#[test]
fn what_has_no_digest_is_named() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", b"nothing\n");
    let bad =
        json!({"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:../../etc/passwd", "size": 1});
    lay(&dir.path().join("index"), &store.layout(&[made.descriptor.clone(), bad.clone()]));
    let config = made.config.to_string().into_bytes();
    let config = json!({"digest": digest(&config), "size": config.len()});
    let text = json!({"schemaVersion": 2, "config": config, "layers": [bad]}).to_string();
    let manifest = store.describe(crate::image_support::MANIFEST, text.into_bytes());
    lay(&dir.path().join("layer"), &store.layout(&[manifest]));
    for name in ["index", "layer"] {
        let ran = image(dir.path(), &[name]).exits(3);
        assert!(ran.out.contains("its digest should is none"), "{ran:#?}");
    }
}

#[test]
fn a_layer_that_is_a_link_is_read() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", &env(206));
    let files = made.docker_save("app:1");
    for kind in [b'1', b'2'] {
        let mut tar = Vec::new();
        for (name, bytes) in &files {
            let is_layer = name.ends_with("/layer.tar");
            let real = if is_layer { format!("{}/layer.tar", "f".repeat(64)) } else { name.clone() };
            if is_layer {
                let target = if kind == b'1' { real.clone() } else { format!("../{real}") };
                let mut header = tar_header(name, 0, kind);
                header[157..157 + target.len()].copy_from_slice(target.as_bytes());
                header[148..156].fill(b' ');
                let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
                header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
                tar.extend(header);
            }
            tar.extend(tarred(&[(real, bytes.clone())]).iter().take(512 + bytes.len().next_multiple_of(512)));
        }
        tar.extend([0; 1024]);
        fs::write(dir.path().join("linked.tar"), &tar).expect("a file");
        for command in ["image", "scan"] {
            let ran = run(&mut stanch(dir.path(), [command, "--show-secrets", "linked.tar"])).exits(1);
            assert!(ran.out.contains(&token(206)), "{command}: {ran:#?}");
        }
    }
}

#[test]
fn an_archive_that_is_cut_is_told_so() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", &env(207).repeat(200));
    let whole = tarred(&made.docker_save("app:1"));
    fs::write(dir.path().join("cut.tar"), &whole[..whole.len() / 2]).expect("a file");
    image(dir.path(), &["cut.tar"]).exits(2).complains(&["cut short", "save it again"]);
}

#[test]
fn pages_of_what_is_attached_are_followed() {
    let (dir, mut store) = (tempfile::tempdir().expect("a directory"), Store::default());
    let made = one_layer(&mut store, "a", b"nothing\n");
    let subject = made.descriptor["digest"].as_str().expect("a digest").to_owned();
    let mut page = |seed: u64| {
        let layer = store.describe("application/spdx+json", env(seed));
        let text = json!({"schemaVersion": 2, "layers": [layer], "subject": made.descriptor}).to_string();
        let manifest = store.describe(crate::image_support::MANIFEST, text.into_bytes());
        let index = json!({"manifests": [manifest], "page": seed}).to_string().into_bytes();
        store.describe("index", index)["digest"].as_str().expect("a digest").to_owned()
    };
    let (first, second) = (page(208), page(209));
    let tags = [("1", subject.as_str()), (&format!("referrers-{subject}"), &first), ("referrers-next", &second)];
    let manners = Manners { has_referrers: true, pages: true, ..Manners::default() };
    let registry = Registry::start(&store, &tags, manners);
    let name = format!("{}/team/app:1", registry.host);
    let ran = run(&mut stanch(dir.path(), ["image", "--show-secrets", "--pull", &name])).exits(1);
    assert!(ran.out.contains(&token(208)) && ran.out.contains(&token(209)), "{ran:#?}");
    let manifests = format!("/v2/team/app/manifests/{subject} -");
    assert!(!registry.requests().contains(&manifests), "the list is asked for once: {:?}", registry.requests());
}
