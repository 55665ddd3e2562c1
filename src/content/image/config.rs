//! An image's configuration: environment, labels, and the commands that made it.
//! Format: <https://github.com/opencontainers/image-spec/blob/main/config.md> (read 2026-11-30).

use serde_json::Value;

/// What it says.
#[derive(Clone, Debug)]
pub struct Config {
    value: Value,
    /// Digests of the unpacked layers, the lowest first.
    pub diff_ids: Vec<String>,
    /// The command that made each layer.
    pub commands: Vec<String>,
}

impl Config {
    /// Reads one; `None` for what is no image's configuration.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Config> {
        let value: Value = serde_json::from_slice(text).ok()?;
        let diff_ids = value.get("rootfs")?.get("diff_ids").and_then(Value::as_array).cloned().unwrap_or_default();
        let diff_ids = diff_ids.iter().filter_map(|digest| digest.as_str().map(str::to_owned)).collect();
        let history = value.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
        let makes_layer = |one: &&Value| one.get("empty_layer").and_then(Value::as_bool) != Some(true);
        let command = |one: &Value| one.get("created_by").and_then(Value::as_str).unwrap_or_default().to_owned();
        let commands = history.iter().filter(makes_layer).map(command).collect();
        Some(Config { value, diff_ids, commands })
    }

    /// For which platform it says to be: `linux/arm64/v8`.
    #[must_use]
    pub fn platform(&self) -> Option<String> {
        let text = |key: &str| self.value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let variant = text("variant").map_or_else(String::new, |variant| format!("/{variant}"));
        Some(format!("{}/{}{variant}", text("os")?, text("architecture")?))
    }

    /// Its texts, each with the field that it stands in.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut rest = self.value.clone();
        for key in ["config", "container_config"] {
            let Some(config) = rest.get_mut(key).and_then(Value::as_object_mut) else { continue };
            for one in config.remove("Env").as_ref().and_then(Value::as_array).into_iter().flatten() {
                let text = one.as_str().unwrap_or_default();
                let name = text.split('=').next().unwrap_or_default();
                fields.push((format!("env[{name}]"), text.to_owned()));
            }
            for (name, text) in config.remove("Labels").as_ref().and_then(Value::as_object).into_iter().flatten() {
                fields.push((format!("label[{name}]"), format!("{name}={}\n", text.as_str().unwrap_or_default())));
            }
        }
        if let Some(object) = rest.as_object_mut() {
            let history = object.remove("history");
            for (one, number) in history.as_ref().and_then(Value::as_array).into_iter().flatten().zip(1..) {
                for key in ["created_by", "comment"] {
                    if let Some(text) = one.get(key).and_then(Value::as_str) {
                        let name = if key == "comment" { " comment" } else { "" };
                        fields.push((format!("history {number}{name}"), text.to_owned()));
                    }
                }
            }
        }
        // Commands, health checks, and whatever else there is.
        fields.push(("configuration".to_owned(), serde_json::to_string_pretty(&rest).unwrap_or_default()));
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_field() {
        let text = br#"{"config": {"Env": ["A=b=c"], "Labels": {"l": "v"}, "Cmd": ["run"]}, "rootfs": {"diff_ids": ["sha256:0"]},
            "history": [{"created_by": "ENV A", "empty_layer": true}, {"created_by": "COPY x"}]}"#;
        let config = Config::parse(text).expect("a configuration");
        let fields = config.fields();
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["env[A]", "label[l]", "history 1", "history 2", "configuration"]);
        assert_eq!(fields[0].1, "A=b=c");
        assert!(fields[4].1.contains("run") && !fields[4].1.contains("A=b"));
        assert_eq!(config.commands, ["COPY x"]);
        assert!(Config::parse(b"{}").is_none());
        let text = br#"{"os": "linux", "architecture": "arm", "variant": "v7", "rootfs": {}}"#;
        let config = Config::parse(text).expect("a configuration");
        assert_eq!(config.platform().as_deref(), Some("linux/arm/v7"));
    }
}
