//! Recall by the shape in which a secret stands, and what stands in the same shapes and is none.
//!
//! Every value is drawn from a fixed seed, so that none stands in the repository.

use stanch::engine::{Engine, Scratch, Verdict, resolve};
use stanch::model::Confidence;
use stanch::rules::RuleSet;
use stanch::rules::example::Random;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));
/// Values that are drawn for each shape, and how many of them must be found.
const DRAWN: usize = 12;
const FOUND: usize = 9;
const WORDS: [&str; 12] = [
    "badger", "cinder", "ferret", "gravel", "hollow", "ivory", "magnet", "nettle", "osprey", "plover", "sorrel",
    "tinder",
];

/// The values that are reported by default in a text.
fn reported(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    ENGINE.matches(text.as_bytes(), 0..text.len(), &mut Scratch::default(), &mut found);
    resolve(&ENGINE, &mut found);
    let kept = found.iter().filter(|one| one.verdict == Verdict::Kept && one.confidence > Confidence::Low);
    kept.map(|one| text[one.secret.clone()].to_owned()).collect()
}

fn of(random: &mut Random, alphabet: &str, length: usize) -> String {
    (0..length).map(|_| char::from(alphabet.as_bytes()[random.below(alphabet.len())])).collect()
}

/// A password as a person chooses it.
fn password(random: &mut Random) -> String {
    let word = WORDS[random.below(WORDS.len())];
    let capital = word[..1].to_uppercase() + &word[1..];
    match random.below(4) {
        0 => format!("{capital}{}!", 2019 + random.below(8)),
        1 => format!("{word}-{}-{}", WORDS[random.below(WORDS.len())], 10 + random.below(90)),
        2 => of(random, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 11),
        _ => format!("{capital}{}{}", of(random, "ABCDEFGH", 2), of(random, "23456789", 4)),
    }
}

fn token(random: &mut Random) -> String {
    of(random, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 40)
}

/// Fails when a shape is seen too seldom. `{V}` is where the value stands.
fn assert_found(shapes: &[&str], draw: impl Fn(&mut Random) -> String) {
    let mut missed = Vec::new();
    for (number, shape) in shapes.iter().enumerate() {
        let mut random = Random::new(number as u64 + 17);
        let hits = (0..DRAWN).filter(|_| {
            let value = draw(&mut random);
            reported(&shape.replace("{V}", &value)).iter().any(|found| found.contains(&value) || value.contains(found))
        });
        let hits = hits.count();
        if hits < FOUND {
            missed.push(format!("{hits} of {DRAWN}: {shape}"));
        }
    }
    assert!(missed.is_empty(), "too few found:\n{}", missed.join("\n"));
}

#[test]
fn names_and_values_stand_in_two_fields() {
    assert_found(
        &[
            "env:\n  - name: CACHE_PASSWORD\n    value: \"{V}\"\n",
            "- {name: CACHE_PASSWORD, value: {V}}\n",
            "{\"name\": \"CACHE_PASSWORD\", \"value\": \"{V}\"}",
            "{\"value\": \"{V}\", \"name\": \"CACHE_PASSWORD\"}",
            "env:\n  - value: {V}\n    name: CACHE_PASSWORD\n",
            "env:\n  - value: \"{V}\"\n    name: CACHE_PASSWORD\n",
            "<add key=\"CachePassword\" value=\"{V}\" />\n",
            "<add value=\"{V}\" key=\"CachePassword\"/>\n",
            "<property name=\"password\">\n    <value>{V}</value>\n</property>\n",
            "\"cachePassword\": {\n  \"value\": \"{V}\"\n}\n",
            "\"cachePassword\": {\n  \"type\": \"securestring\",\n  \"defaultValue\": \"{V}\"\n}\n",
            "  CachePassword:\n    Type: String\n    Default: {V}\n",
            "  CachePin:\n    Type: String\n    NoEcho: true\n    Default: {V}\n",
            "<property name=\"password\" value=\"{V}\"/>\n",
            "<entry key=\"password\">{V}</entry>\n",
            "<dict>\n <key>password</key>\n <string>{V}</string>\n</dict>\n",
            "user,password\nshop,{V}\n",
            "| shop | password | `{V}` |\n",
            "INSERT INTO t (name, password) VALUES ('shop', '{V}');\n",
            "INSERT INTO t (password) VALUES ('{V}');\n",
        ],
        password,
    );
}

#[test]
fn values_stand_on_the_next_line() {
    assert_found(
        &[
            "db:\n  password: |-\n    {V}\n",
            "db:\n  password: >\n    {V}\n",
            "passwords:\n  - {V}\n",
            "<Password>\n  <Value>{V}</Value>\n</Password>\n",
            "<password><![CDATA[{V}]]></password>\n",
        ],
        password,
    );
}

#[test]
fn punctuation_belongs_to_a_value_whose_line_ends_it() {
    let odd = |random: &mut Random| {
        let sign = ["}", "{", "*", ";", "&", ",", "\\"][random.below(7)];
        format!("{}{sign}{}", of(random, "abcdefghkmnpqrstABCDEFGH23456789", 8), of(random, "abcdefgh23456789", 6))
    };
    assert_found(&["DB_PASSWORD={V}\n", "[db]\npassword = {V}\n", "db:\n  password: {V}\n"], odd);
}

#[test]
fn a_flag_a_blank_or_a_place_gives_a_value() {
    assert_found(
        &[
            "ENV CACHE_PASSWORD {V}\n",
            "setenv CACHE_PASSWORD {V}\n",
            "set -x CACHE_PASSWORD {V}\n",
            "proxy_set_header X-Cache-Password \"{V}\";\n",
            "java -Dorg.example.cache.password={V} -jar shop.jar\n",
            "rootpw --plaintext {V}\n",
            "d-i passwd/user-password password {V}\n",
            "net use X: \\\\files\\shop {V} /user:corp\\shop\n",
            "CREATE USER shop IDENTIFIED BY {V};\n",
            "h['Authorization'] = 'Basic ' + btoa('shop:{V}');\n",
            "pw = \"{V}\"\n",
            "bindpw {V}\n",
            "sshpass -p {V} ssh shop@10.0.0.1\n",
            "htpasswd -bB users shop {V}\n",
            "docker login -u shop -p {V} registry.example.org\n",
            "net user shop {V} /add\n",
            "echo 'shop:{V}' | chpasswd\n",
            "username shop privilege 15 password 0 {V}\n",
            "snmp-server community {V} RO\n",
            "stats auth shop:{V}\n",
            "client.login(\"shop\", \"{V}\")\n",
            "new mysqli(\"db\", \"shop\", \"{V}\", \"shop\");\n",
            "define('CACHE_PASSWORD', '{V}');\n",
            "os.Setenv(\"CACHE_PASSWORD\", \"{V}\")\n",
            "pw = os.getenv(\"CACHE_PASSWORD\", \"{V}\")\n",
            "x = process.env.CACHE_PASSWORD || '{V}';\n",
            "@click.option(\"--password\", default=\"{V}\")\n",
            "#define CACHE_PASSWORD \"{V}\"\n",
            "Dim password As String = \"{V}\"\n",
            ":password \"{V}\"\n",
            "{cache_password, \"{V}\"}.\n",
            "$p = ConvertTo-SecureString \"{V}\" -AsPlainText -Force\n",
        ],
        password,
    );
}

#[test]
fn names_may_be_of_any_language() {
    assert_found(
        &[
            "senha: {V}\n",
            "mot de passe : {V}\n",
            "パスワード: {V}\n",
            "密码：{V}\n",
            "contraseña = \"{V}\"\n",
            "hasło: {V}\n",
            "пароль: {V}\n",
            "비밀번호: {V}\n",
            "wachtwoord: {V}\n",
            "şifre: {V}\n",
        ],
        password,
    );
}

#[test]
fn tokens_stand_in_the_same_shapes() {
    assert_found(
        &[
            "{\"name\": \"API_TOKEN\", \"value\": \"{V}\"}",
            "<string name=\"api_secret\">{V}</string>\n",
            "- name: API_TOKEN\n  value: {V}\n",
            "#define API_SECRET \"{V}\"\n",
            "const apiKey = process.env.API_KEY || '{V}';\n",
            "variable \"api_token\" {\n  type    = string\n  default = \"{V}\"\n}\n",
            "new ApiClient(\"{V}\")\n",
            "\"apiSecret\" to \"{V}\"\n",
            "微信密钥 = \"{V}\"\n",
        ],
        token,
    );
}

#[test]
fn what_looks_alike_is_none() {
    let mut random = Random::new(5);
    let mut hex = |length| of(&mut random, "0123456789abcdef", length);
    let texts = [
        "const a = { 'x-api-key': process.env.SERVICE_API_KEY }\n".to_owned(),
        "req.headers['x-auth-token'] = session.currentServiceToken\n".to_owned(),
        "const pagerDutyApiKey = existingSubscription\n".to_owned(),
        format!("ENV GPG_KEY={}\n", hex(40).to_uppercase()),
        format!("\"token\": \"0x{}\"\n", hex(40)),
        "{\"password\": \"Kennwort\", \"confirm_password\": \"Passwortwiederholung\"}\n".to_owned(),
        "compass: Compass9889\nlowpass: Filter924Hz\nrender_pass: ShadowMap1043\n".to_owned(),
        "secretKey = SecretKeyFactory.getInstance(\"PBKDF2WithHmacSHA256\");\n".to_owned(),
        "key: sntrup761x25519-sha512@openssh.com\n".to_owned(),
        "{\"access_token\": \"eyJhbGciOiJIUzI1NiIs…\"}\n".to_owned(),
        "<Color x:Key=\"LavenderSecret\">#EAE6FF</Color>\n".to_owned(),
        "Pass this option to 'formatter' and pass the rest to 'linker'.\n".to_owned(),
        "my @pw = getpwnam 'nobody';\n$pw = getpwnam('daemon') || die;\n".to_owned(),
        "sshpass -p $PASS ssh host\nsshpass -p <password> ssh host\n".to_owned(),
    ];
    for text in texts {
        assert_eq!(reported(&text), Vec::<String>::new(), "{text}");
    }
}
