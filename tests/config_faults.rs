//! What is wrong with a configuration is named with its file and line, and what to do.

use crate::project::{PASSWORD, Project, TOKEN, password, token};

/// Scans with a configuration that must be refused.
fn refused(text: &str) -> String {
    let project = Project::new();
    project.write("x", format!("password = \"{}\"\n", password(1)));
    project.write("stanch.toml", text);
    let ran = project.run(&["scan"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{text}: {ran:?}");
    ran.err
}

#[test]
fn broken_toml_and_wrong_types() {
    for (text, part) in [
        ("confidence = \"low\"\nexclude = [\"a\"\n", "stanch.toml:2: no TOML: "),
        ("confidence = low\n", "stanch.toml:1: no TOML: "),
        ("a = 1\na = 2\n", "stanch.toml:2: no TOML: duplicate key"),
        ("\nconfidence = \"loww\"\n", "stanch.toml:2: confidence: `loww` is not one of high, medium, low"),
        ("gitignore = \"yes\"\n", "stanch.toml:1: `gitignore` is true or false; found a string"),
        ("exclude = \"vendor\"\n", "stanch.toml:1: `exclude` is a list of strings; found a string"),
        ("max_file_size = \"ten\"\n", "stanch.toml:1: max_file_size: a size is a whole number of bytes"),
        ("[rules.jwt]\nentropy = 9\n", "stanch.toml:2: `entropy` is between 0 and 8"),
        ("[rules]\njwt = false\n", "stanch.toml:2: `rules.jwt` is a table: write `[rules.ID]`; found a boolean"),
        ("[[allow]]\nwords = [\"a\"]\nexpires = \"31.1.2027\"\n", "stanch.toml:3: expires: `31.1.2027` is no day"),
        (
            "[[allow]]\nfingerprints = [\"3fa4\"]\n",
            "stanch.toml:2: fingerprints: a fingerprint is the 32 hexadecimal digits",
        ),
        ("[report]\nexit_code = 3\n", "stanch.toml:2: exit_code: 0 to 255, but not 2 or 3"),
        ("[report]\nformat = \"html5\"\n", "stanch.toml:2: format: `html5` is not one of human"),
        ("exclude = [\"a\", \"\"]\n", "stanch.toml:1: `exclude` is empty"),
        ("exclude = [\"src\\\\gen\"]\n", "`src/gen`"),
        ("exclude = [\"[a\"]\n", "stanch.toml:1: `[a`"),
    ] {
        let error = refused(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn unknown_keys_are_answered_with_the_nearest() {
    for (text, part) in [
        ("\n\nexlude = []\n", "stanch.toml:3: `exlude` is not a key of stanch.toml; did you mean `exclude`?"),
        ("max-file-size = 1\n", "did you mean `max_file_size`?"),
        (
            "[rules.jwt]\nenable = false\n",
            "stanch.toml:2: `enable` is not a key of a [rules.ID] table; did you mean `enabled`?",
        ),
        ("[[allow]]\nword = [\"a\"]\nwords = [\"a\"]\n", "did you mean `words`?"),
        ("[report]\nformatting = \"json\"\n", "the keys are format, color, exit_code, allow_incomplete"),
        ("[[rule]]\nid = \"acme-key\"\nname = \"x\"\nregex = \"x\"\n", "stanch.toml:4: unknown field `regex`"),
    ] {
        let error = refused(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn contradictions_and_what_would_make_every_answer_clean() {
    for (text, part) in [
        ("disable = [\"*\"]\n", "every rule is switched off"),
        (
            "disable = [\"jwt-token\"]\n[rules.jwt-token]\nenabled = true\n",
            "stanch.toml:3: `jwt-token` is enabled here and disabled on line 1: keep one",
        ),
        ("[[allow]]\nrules = [\"jwt-token\"]\n", "stanch.toml:1: [[allow]] does not say what it allows"),
        ("[[allow]]\nwords = []\n", "does not say what it allows"),
        ("baseline = \"old.txt\"\n", "stanch.toml:1: baseline `old.txt`: no such file; `stanch baseline create`"),
    ] {
        let error = refused(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn a_regex_of_another_dialect_is_answered_with_the_nearest_form() {
    for (text, part) in [
        ("[[allow]]\npatterns = ['a', '(?<=x)b']\n", "stanch.toml:2: `(?<=x)b`: look-behind is not supported"),
        ("[[allow]]\nlines = ['(a)\\1']\n", "back-references are not supported"),
        ("[[allow]]\npatterns = ['a(']\n", "stanch.toml:2: `a(`: not a regex"),
        (
            "[[rule]]\nid = \"acme-key\"\nname = \"x\"\npattern = 'acme_[a-z]{20}(?=;)'\nkeywords = [\"acme_\"]\n",
            "stanch.toml:2: rule `acme-key`: look-ahead is not supported: match what follows and put the secret into a group: \
             `(?P<secret>acme_[a-z]{20});`",
        ),
    ] {
        let error = refused(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn duplicate_ids_are_named() {
    let rule = |id: &str| {
        format!("[[rule]]\nid = \"{id}\"\nname = \"x\"\npattern = '{id}_[a-z]{{20}}'\nkeywords = [\"{id}\"]\n")
    };
    let error = refused(&format!("{}{}", rule("acme-key"), rule("acme-key")));
    assert!(error.contains("stanch.toml:7: the id `acme-key` is taken"), "{error}");
    let error = refused(&rule(TOKEN));
    assert!(error.contains(&format!("stanch.toml:2: the id `{TOKEN}` is taken")), "{error}");
}

#[test]
fn dead_settings_are_noted_and_the_scan_goes_on() {
    let project = Project::new();
    project.write("x", format!("password = \"{}\"\ntoken = \"{}\"\n", password(1), token(1)));
    project.write(
        "stanch.toml",
        "disable = [\"generic-pasword\", \"generic\", \"no-such-thing-at-all\"]\n\
         exclude = [\"vendor/\"]\n\
         [[allow]]\nwords = [\"nowhere\"]\nrules = [\"generic-secrets\"]\n\
         [[allow]]\nwords = [\"a\"]\nexpires = 2001-01-01\n",
    );
    let report = project.scan(&[]);
    assert_eq!(report.1, 1);
    assert_eq!(report.found(), [format!("x:1 {PASSWORD}"), format!("x:2 {TOKEN}")]);
    assert_eq!(
        report.notes(),
        [
            "stanch.toml:1: there is no rule `generic-pasword`; did you mean `generic-password`?",
            "stanch.toml:1: there is no rule `generic`; did you mean `generic-*`?",
            "stanch.toml:1: there is no rule `no-such-thing-at-all`; `stanch rules list` has them all",
            "stanch.toml:2: `vendor/` in `exclude` matches nothing",
            "stanch.toml:3: this [[allow]] allows nothing that is here",
            "stanch.toml:5: there is no rule `generic-secrets`; did you mean `generic-secret`?",
            "stanch.toml:6: this [[allow]] expired on 2001-01-01: renew it or take it away",
        ]
    );
    let human = project.run(&["scan"]);
    assert!(human.out.contains("note: stanch.toml:2: `vendor/` in `exclude` matches nothing\n"), "{human:?}");
    // A scan of a part cannot say that something matches nothing.
    let part = project.scan(&["x"]);
    assert_eq!(part.notes().len(), 5, "{:?}", part.notes());
}

#[test]
fn a_fault_in_a_nested_file_stops_the_scan() {
    let project = Project::new();
    project.write("x", format!("password = \"{}\"\n", password(1)));
    project.write("a/b/stanch.toml", "exclud = []\n");
    let ran = project.run(&["scan"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("a/b/stanch.toml:1: `exclud`"), "{ran:?}");
}
