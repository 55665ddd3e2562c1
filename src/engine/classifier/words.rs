//! Word lists for names and values. They were written for this program and are compared case-insensitively.

/// A group of words with one role in a name.
pub(super) struct Group {
    /// Name of the group in explanations.
    pub(super) name: &'static str,
    pub(super) words: &'static [&'static str],
}

macro_rules! groups {
    ($($name:literal: $($word:literal)*;)*) => { [$(Group { name: $name, words: &[$($word),*] }),*] };
}

/// Words of names by group. A word may be in several groups.
pub(super) const NAME_GROUPS: [Group; 30] = groups! {
    "name: password": "password" "passwd" "pass" "pwd" "passphrase" "passcode" "pw" "passw" "pword" "passwort" "contrasena" "motdepasse" "pin";
    "name: secret": "secret" "secrets";
    "name: token": "token" "tokens" "bearer" "jwt" "pat";
    "name: key": "key" "keys" "apikey" "nkey" "appkey" "secretkey" "accesskey" "privatekey";
    "name: auth": "auth" "oauth" "authorization" "authentication" "authenticator" "authenticate";
    "name: credential": "credential" "credentials" "cred" "creds";
    "name: api": "api" "rest" "graphql";
    "name: private": "private" "priv";
    "name: access": "access" "refresh" "session" "cookie" "sid" "csrf" "xsrf";
    "name: client": "client" "consumer" "app" "application" "account" "bot" "service";
    "name: crypto": "encryption" "encrypted" "encrypt" "aes" "hmac" "sign" "signing" "signature" "cipher" "crypt" "iv" "seed" "crypto";
    "name: hash": "hash" "sha" "sha1" "sha256" "md5" "digest" "checksum" "etag" "fingerprint" "thumbprint" "integrity" "salt" "nonce" "hashed";
    "name: public": "public" "pub" "publishable" "anon" "anonymous";
    "name: id": "id" "ids" "uid" "uuid" "guid" "sid" "arn" "identifier" "index" "idx" "ref";
    "name: name": "name" "names" "label" "title" "caption" "alias" "display" "username" "user" "login";
    "name: path": "path" "file" "dir" "directory" "folder" "location" "filename" "store" "keystore" "truststore" "url" "uri" "endpoint" "link" "href" "host";
    "name: type": "type" "kind" "format" "mode" "algorithm" "alg" "scheme" "method" "class" "version" "encoding" "strategy" "provider" "style" "policy";
    "name: text": "text" "message" "msg" "error" "err" "warning" "help" "hint" "placeholder" "prompt" "description" "desc" "comment" "tooltip" "info" "note" "question" "reason";
    "name: form": "field" "input" "form" "button" "box" "column" "attribute" "attr" "property" "prop" "param" "parameter" "header" "option" "flag" "selector" "element" "widget";
    "name: count": "length" "len" "min" "max" "size" "count" "limit" "attempts" "number" "num" "times" "age" "ttl" "timeout" "expires" "expiry" "expiration" "duration" "interval" "strength" "cost" "rounds";
    "name: question": "is" "has" "use" "enable" "enabled" "disable" "disabled" "require" "required" "allow" "allowed" "show" "hide" "hidden" "valid" "invalid" "needs" "should" "can" "no" "without" "check" "verify" "validate";
    "name: action": "reset" "forgot" "change" "update" "confirm" "confirmation" "generate" "create" "new" "set" "get" "read" "write" "load" "parse" "find" "fetch" "on" "handle" "decode" "encode" "to" "from";
    "name: sort": "primary" "foreign" "composite" "partition" "sort" "order" "cache" "map" "dict" "lookup" "translation" "i18n" "locale" "lang" "json" "xml" "object" "row" "item" "group" "routing" "hot" "shortcut" "meta" "storage";
    "name: syntax": "lexer" "parser" "ast" "syntax" "keyword" "identifier" "tokenizer" "node" "expr" "literal" "operator" "symbol" "eof" "next" "prev" "current" "start" "end" "separator" "delimiter" "cursor" "page" "continuation";
    "name: test": "test" "tests" "testing" "mock" "fake" "dummy" "example" "sample" "expected" "wrong" "bad" "incorrect" "old" "original" "stub" "fixture" "demo";
    "name: data": "db" "database" "mysql" "postgres" "postgresql" "pg" "redis" "mongo" "mongodb" "rabbitmq" "smtp" "mail" "email" "ftp" "sftp" "ldap" "sql" "kafka" "amqp" "mqtt" "elastic" "proxy" "ssh" "admin" "root" "server";
    "name: vendor": "aws" "azure" "gcp" "google" "github" "gitlab" "slack" "twilio" "stripe" "facebook" "twitter" "dropbox" "heroku" "sendgrid" "cloudflare" "digitalocean" "npm" "docker" "telegram" "discord" "paypal" "firebase" "datadog" "okta" "jira";
    "name: env": "env" "environment" "variable" "var" "config" "conf" "setting" "settings" "default" "value" "val" "prefix" "suffix" "pattern" "regex" "regexp" "template";
    "name: rule": "rule" "scope" "scopes" "claim" "grant" "role" "permission" "namespace" "group" "resource" "action" "event" "topic" "queue" "channel" "subject" "issuer" "audience";
    "name: count words": "one" "two" "first" "second" "last" "all" "any" "other";
};

/// Words around an assignment.
pub(super) const CONTEXT_GROUPS: [Group; 14] = groups! {
    "around: user": "user" "username" "login" "account" "email" "admin" "root";
    "around: host": "host" "hostname" "port" "localhost" "server" "database" "url" "endpoint" "uri" "dsn" "jdbc" "ssl";
    "around: test": "test" "tests" "expect" "assert" "should" "describe" "spec" "mock" "stub" "fixture" "fake" "given" "when" "eq" "equal" "equals" "toequal";
    "around: example": "example" "sample" "placeholder" "your" "replace" "changeme" "todo" "dummy" "insert" "enter" "please" "e";
    "around: declaration": "const" "let" "var" "val" "def" "final" "static" "public" "private" "string" "str" "export" "env" "set" "global" "readonly" "char" "byte" "bytes";
    "around: field": "label" "type" "field" "input" "id" "class" "name" "title" "text" "validates" "presence" "required" "column" "attr" "widget" "charfield" "form" "placeholder";
    "around: flow": "if" "else" "return" "throw" "raise" "case" "switch" "for" "while" "import" "require" "include" "from" "new" "func" "function" "fn" "struct" "interface" "void" "lambda" "print" "log" "println" "printf" "format";
    "around: environment": "getenv" "environ" "env" "process" "secrets" "vault" "config" "configuration" "settings" "options" "params" "request" "fetch" "get" "variables" "values" "props" "this" "self";
    "around: version": "version" "dependencies" "require" "package" "lock" "license" "resolved" "integrity" "sha1" "sha256" "sha512" "checksum" "commit";
    "around: run": "docker" "run" "mysql" "psql" "curl" "ssh" "kubectl" "helm" "sudo" "mysqladmin" "mongo" "openssl" "htpasswd" "useradd" "echo" "sqlplus";
    "around: language": "english" "deutsch" "translation" "msgid" "msgstr" "locale" "i18n" "string";
    "around: kube": "kind" "secret" "metadata" "apiversion" "stringdata" "data" "configmap" "spec" "containers" "secretkeyref" "valuefrom";
    "around: http": "header" "headers" "http" "https" "post" "request" "response" "json" "body" "status" "content" "cookie" "oauth" "grant" "scope" "bearer";
    "around: encrypted": "encrypted" "hash" "hashed" "bcrypt" "sha" "md5" "salt" "cipher" "digest" "crypt" "encrypt" "decrypt" "verify" "compare";
};

/// Words that people use as passwords, alone or combined.
pub(super) const PASSWORD_WORDS: [&str; 56] = [
    "password", "passwd", "pass", "pwd", "passw", "admin", "root", "test", "user", "guest", "secret", "welcome",
    "letmein", "qwerty", "abc", "123", "1234", "12345", "123456", "monkey", "dragon", "master", "login", "hello",
    "changeme", "default", "oracle", "postgres", "mysql", "redis", "tomcat", "rabbit", "mongo", "demo", "super", "sa",
    "system", "manager", "server", "docker", "jenkins", "sonar", "elastic", "vagrant", "ubuntu", "p@ss", "p4ss",
    "passw0rd", "pa55", "asdf", "zxcv", "1q2w", "iloveyou", "summer", "winter", "love",
];

/// Placeholder values.
pub(super) const STAND_INS: [&str; 64] = [
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "test",
    "testing",
    "foo",
    "bar",
    "baz",
    "qux",
    "foobar",
    "abc",
    "xyz",
    "abc123",
    "abcd",
    "abcd1234",
    "asdf",
    "asdf1234",
    "admin",
    "root",
    "user",
    "username",
    "guest",
    "example",
    "sample",
    "dummy",
    "fake",
    "mock",
    "value",
    "string",
    "text",
    "none",
    "null",
    "nil",
    "undefined",
    "true",
    "false",
    "default",
    "required",
    "optional",
    "hidden",
    "hunter2",
    "s3cr3t",
    "s3cret",
    "p4ssw0rd",
    "pa55word",
    "changeme",
    "change-me",
    "xxx",
    "yyy",
    "zzz",
    "mypassword",
    "mysecret",
    "mytoken",
    "mykey",
    "secret-key",
    "secret_key",
    "apikey",
    "api_key",
    "access_token",
    "123",
];

/// Callees whose argument is a name or an address and not a secret.
pub(super) const LOOKUPS: [&str; 30] = [
    "getenv",
    "env",
    "get",
    "fetch",
    "lookup",
    "find",
    "find_by",
    "require",
    "import",
    "t",
    "_",
    "gettext",
    "trans",
    "translate",
    "i18n",
    "config",
    "param",
    "params",
    "getproperty",
    "getstring",
    "property",
    "key",
    "select",
    "query",
    "getelementbyid",
    "label",
    "field",
    "input",
    "symbol",
    "environ",
];
/// Callees that return their argument as bytes or a string.
pub(super) const WRAPPERS: [&str; 18] = [
    "byte",
    "bytes",
    "string",
    "str",
    "decode",
    "decodestring",
    "base64",
    "b64decode",
    "buffer",
    "from",
    "text",
    "new",
    "secret",
    "securestring",
    "of",
    "encode",
    "some",
    "strptr",
];

/// Prefixes and suffixes of English and of programmers' words, to tell words from random letters where the bigrams do not.
pub(super) const COMMON_WORDS: &str = include_str!("common_words.txt");
