//! Seals over the tables that are not the journal: a row that somebody changed, added or took out by hand is seen.
//!
//! Secrets are few, so a keyed digest over all their rows is written with every change. Occurrences may be a million, so what never changes of one
//! is digested when it is added, and the digests are added up: a sum does not depend on the order.

use super::error::LivesError;
use super::key::{Key, hex};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

/// The schema is as much a part of what stands there as the rows.
const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name";
const SECRETS: &str = "SELECT * FROM secrets ORDER BY id";
const SIGHTINGS: &str = "SELECT * FROM sightings ORDER BY id";
const DEADLINES: &str = "SELECT * FROM deadlines ORDER BY severity";

/// What never changes of an occurrence.
pub(super) struct Fixed<'a> {
    pub(super) secret: i64,
    pub(super) surface: &'a str,
    pub(super) place: &'a str,
    pub(super) environment: &'a str,
    pub(super) first_seen: i64,
}

/// A sum of digests, modulo two to the power of 256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum([u64; 4]);

impl Sum {
    /// Adds the digest of an occurrence.
    pub(super) fn add(&mut self, key: &Key, one: &Fixed<'_>) {
        let (secret, first) = (one.secret.to_be_bytes(), one.first_seen.to_be_bytes());
        let texts = [one.surface, one.place, one.environment].map(str::as_bytes);
        let digest = key.mac(&[b"occurrence 1", &secret, texts[0], texts[1], texts[2], &first]);
        let mut carry = false;
        for (part, sum) in self.0.iter_mut().enumerate() {
            let more = u64::from_str_radix(&digest[16 * part..16 * part + 16], 16).unwrap_or_default();
            let (with, over) = sum.overflowing_add(more);
            let (with, again) = with.overflowing_add(u64::from(carry));
            (*sum, carry) = (with, over || again);
        }
    }

    fn text(self) -> String {
        hex(&self.0.map(u64::to_be_bytes).concat())
    }

    fn parse(text: &str) -> Sum {
        let part = |at: usize| text.get(16 * at..16 * at + 16).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        Sum(std::array::from_fn(|at| part(at).unwrap_or_default()))
    }

    /// The sum of what was added so far.
    pub(super) fn stored(connection: &Connection) -> Result<Sum, LivesError> {
        Ok(meta(connection, "occurrence-sum")?.map_or_else(Sum::default, |text| Sum::parse(&text)))
    }

    pub(super) fn store(self, connection: &Connection) -> Result<(), LivesError> {
        set(connection, "occurrence-sum", &self.text())
    }
}

fn meta(connection: &Connection, name: &str) -> Result<Option<String>, LivesError> {
    Ok(connection.query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0)).optional()?)
}

fn set(connection: &Connection, name: &str, value: &str) -> Result<(), LivesError> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// A keyed digest of all rows of the small tables, and of the sum of the large one.
fn digest(connection: &Connection, key: &Key) -> Result<String, LivesError> {
    let mut chain = key.mac(&[b"tables 1", Sum::stored(connection)?.text().as_bytes()]);
    for query in [SCHEMA, SECRETS, SIGHTINGS, DEADLINES] {
        let mut statement = connection.prepare(query)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut batch = Vec::new();
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let (kind, bytes) = match row.get_ref(column)? {
                    ValueRef::Null => (b'-', Vec::new()),
                    ValueRef::Integer(number) => (b'#', number.to_be_bytes().to_vec()),
                    ValueRef::Real(number) => (b'.', number.to_be_bytes().to_vec()),
                    ValueRef::Text(text) => (b't', text.to_vec()),
                    ValueRef::Blob(bytes) => (b'b', bytes.to_vec()),
                };
                batch.push(kind);
                batch.extend((bytes.len() as u64).to_be_bytes());
                batch.extend(bytes);
            }
            if batch.len() > 1 << 16 {
                chain = key.mac(&[chain.as_bytes(), &batch]);
                batch.clear();
            }
        }
        chain = key.mac(&[chain.as_bytes(), &batch]);
    }
    Ok(chain)
}

/// Writes the seal.
pub(super) fn write(connection: &Connection, key: &Key) -> Result<(), LivesError> {
    let digest = digest(connection, key)?;
    set(connection, "table-seal", &digest)
}

/// Checks the seal, and the sum.
pub(super) fn check(connection: &Connection, key: &Key) -> Result<Result<(), String>, LivesError> {
    if meta(connection, "table-seal")?.as_deref() != Some(digest(connection, key)?.as_str()) {
        return Ok(Err("its schema, or a row of its secrets, sightings or deadlines, was changed by hand".to_owned()));
    }
    let mut sum = Sum::default();
    let mut statement =
        connection.prepare("SELECT secret, surface, place, environment, first_seen FROM occurrences")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (surface, place, environment): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (secret, first_seen) = (row.get(0)?, row.get(4)?);
        sum.add(key, &Fixed { secret, surface: &surface, place: &place, environment: &environment, first_seen });
    }
    Ok(match sum == Sum::stored(connection)? {
        true => Ok(()),
        false => Err("a place of a secret was changed, added or taken out by hand".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_does_not_depend_on_the_order() {
        let key = Key::fresh().expect("a key");
        let of = |place: &str, sum: &mut Sum| {
            sum.add(&key, &Fixed { secret: 1, surface: "files", place, environment: "", first_seen: 7 });
        };
        let (mut one, mut other) = (Sum::default(), Sum::default());
        ["a", "b", "c"].iter().for_each(|place| of(place, &mut one));
        ["c", "a", "b"].iter().for_each(|place| of(place, &mut other));
        assert_eq!(one, other);
        assert_eq!(Sum::parse(&one.text()), one);
        of("d", &mut other);
        assert_ne!(one, other);
    }
}
