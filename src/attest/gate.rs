//! The gate: whether a subject may pass by what a signed statement says of it. Everything that is not plainly so refuses.

use super::bundle::Signed;
use super::key::PublicKey;
use super::predicate::{PredicateType, TREE, VERIFIER, Verdict};
use super::statement::{Statement, Subject};
use crate::model::Moment;
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt;

/// A clock may be wrong by so many seconds.
const SKEW: i64 = 300;

/// What a subject must have.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Properties that the statement must claim.
    pub properties: Vec<String>,
    /// Greatest age of the statement, in seconds.
    pub max_age: Option<u64>,
    /// The statement is another one's: only signature, subject, type and age count.
    pub any_predicate: bool,
    /// Only a predicate of this type.
    pub predicate_type: Option<String>,
    /// The scan's version of this program is this one or a later one.
    pub version: Option<String>,
    /// The scan's rules have this digest, SHA-256 in hexadecimal.
    pub rules: Option<String>,
}

/// What was accepted.
#[derive(Clone, Debug)]
pub struct Passed {
    /// The statement.
    pub statement: Statement,
    /// When it was made, if it says so.
    pub time: Option<Moment>,
    /// The properties that it claims.
    pub properties: Vec<String>,
    /// What we said of the scan, if it is ours.
    pub verdict: Option<Verdict>,
}

/// Why nothing passes, in one sentence without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Decides. `subjects` is what stands before the gate: all of it must be spoken of. `now` is the time.
///
/// # Errors
/// Says why it is refused.
pub fn admit(
    signed: &Signed,
    keys: &[PublicKey],
    subjects: &[Subject],
    demands: &Demands,
    now: Moment,
) -> Result<Passed, Refusal> {
    let refuse = |why: String| Refusal(why);
    judge(signed.statement(keys).map_err(refuse)?, subjects, demands, now)
}

/// What an unsigned statement of ours says, if it is about these subjects and well formed: then it may be signed.
///
/// # Errors
/// Says why not.
pub fn check_unsigned(
    statement: &Statement,
    subjects: &[Subject],
    demands: &Demands,
    now: Moment,
) -> Result<Verdict, Refusal> {
    let passed = judge(statement.clone(), subjects, demands, now)?;
    passed.verdict.ok_or_else(|| Refusal("the statement is not ours".to_owned()))
}

fn judge(statement: Statement, subjects: &[Subject], demands: &Demands, now: Moment) -> Result<Passed, Refusal> {
    let refuse = |why: String| Refusal(why);
    if subjects.is_empty() {
        return Err(refuse("there is no subject".to_owned()));
    }
    let is_spoken_of = |one: &&Subject| statement.subject.iter().any(|other| one.is(other));
    if let Some(other) = subjects.iter().find(|one| !is_spoken_of(one)) {
        let about: Vec<String> = statement.subject.iter().take(3).map(Subject::shown).collect();
        let name = other.name.as_deref().unwrap_or("the subject");
        return Err(refuse(format!("{name} is {}, and the statement is about {}", other.shown(), about.join(", "))));
    }
    let is_type = |wanted: &String| *wanted == statement.predicate_type;
    if demands.predicate_type.as_ref().is_some_and(|wanted| !is_type(wanted)) {
        return Err(refuse(format!("the predicate is of the type {}", statement.predicate_type)));
    }
    let time = time(&statement.predicate);
    age(time, demands.max_age, now)?;
    if demands.any_predicate {
        let properties = properties(&statement);
        require(&properties, &demands.properties)?;
        return Ok(Passed { statement, time, properties, verdict: None });
    }
    let kind = [PredicateType::Svr, PredicateType::TestResult]
        .into_iter()
        .find(|kind| kind.uri() == statement.predicate_type)
        .ok_or_else(|| {
            refuse(format!(
                "the predicate is of the type {}, which is not ours; --any-predicate takes it",
                statement.predicate_type
            ))
        })?;
    let verdict = ours(&statement.predicate, kind)?;
    if time.is_none() {
        return Err(refuse("the statement does not say when it was made".to_owned()));
    }
    let properties = properties(&statement);
    require(&properties, &demands.properties)?;
    consistent(&verdict, &properties)?;
    if let Some(wanted) = &demands.version
        && is_older(&verdict.version, wanted)
    {
        return Err(refuse(format!("stanch {} scanned it, and {wanted} or later is asked for", verdict.version)));
    }
    if let Some(wanted) = &demands.rules
        && rules(&statement.predicate).as_deref() != Some(wanted.as_str())
    {
        return Err(refuse("it was scanned with other rules than those that are asked for".to_owned()));
    }
    Ok(Passed { statement, time, properties, verdict: Some(verdict) })
}

fn require(has: &[String], wanted: &[String]) -> Result<(), Refusal> {
    match wanted.iter().find(|wanted| !has.contains(wanted)) {
        Some(missing) => Err(Refusal(format!("the statement does not claim {missing}"))),
        None => Ok(()),
    }
}

/// What we said of the scan.
fn ours(predicate: &Value, kind: PredicateType) -> Result<Verdict, Refusal> {
    let refuse = |why: &str| Refusal(why.to_owned());
    if kind == PredicateType::Svr && predicate["verifier"]["id"] != VERIFIER {
        return Err(refuse("another verifier made the statement; --any-predicate takes it"));
    }
    let verdict = serde_json::from_value::<Verdict>(predicate["stanch"].clone());
    let verdict =
        verdict.map_err(|_| refuse("the statement does not say what was scanned; --any-predicate takes it"))?;
    if verdict.coverage_tree != TREE {
        return Err(refuse("its coverage is of a kind that this version does not know"));
    }
    Ok(verdict)
}

/// Whether the properties follow from the numbers beside them: a program that claims more is not believed.
fn consistent(verdict: &Verdict, properties: &[String]) -> Result<(), Refusal> {
    let claims = |name: &str| properties.iter().any(|one| one == name);
    let is_wrong = claims("STANCH_NO_UNPROTECTED_SECRETS") && verdict.findings > 0
        || claims("STANCH_NO_EXCEPTIONS") && verdict.findings + verdict.suppressed > 0
        || claims("STANCH_SCAN_COMPLETE") && verdict.unread > 0
        || claims("STANCH_HISTORY_SCANNED") && verdict.unread > 0
        || claims("STANCH_COVERAGE_COMPLETE") && (verdict.unread > 0 || verdict.coverage_leaves == 0);
    if is_wrong { Err(Refusal("the statement claims more than its own numbers say".to_owned())) } else { Ok(()) }
}

/// The properties that a predicate claims: those of a simple verification result, or the tests that passed.
fn properties(statement: &Statement) -> Vec<String> {
    let predicate = &statement.predicate;
    let list = match statement.predicate_type.as_str() {
        uri if uri == PredicateType::TestResult.uri() => &predicate["passedTests"],
        _ => &predicate["properties"],
    };
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// When a predicate says that it was made: the fields of the predicates of in-toto's list, of SLSA and of cosign.
fn time(predicate: &Value) -> Option<Moment> {
    let places = [
        &predicate["timeCreated"],
        &predicate["stanchTimeCreated"],
        &predicate["timeVerified"],
        &predicate["runDetails"]["metadata"]["finishedOn"],
        &predicate["metadata"]["scanFinishedOn"],
        &predicate["metadata"]["buildFinishedOn"],
        &predicate["Timestamp"],
    ];
    places.into_iter().find_map(|place| Moment::parse(place.as_str().filter(|text| text.ends_with('Z'))?))
}

fn age(time: Option<Moment>, most: Option<u64>, now: Moment) -> Result<(), Refusal> {
    let Some(time) = time else {
        return match most {
            Some(_) => Err(Refusal("the statement does not say when it was made".to_owned())),
            None => Ok(()),
        };
    };
    let age = now.seconds() - time.seconds();
    if age < -SKEW {
        return Err(Refusal(format!("the statement is of {time}, which is still to come")));
    }
    match most {
        Some(most) if age > i64::try_from(most).unwrap_or(i64::MAX) => {
            Err(Refusal(format!("the statement is of {time}, older than is allowed")))
        }
        _ => Ok(()),
    }
}

/// The digest of the rules.
fn rules(predicate: &Value) -> Option<String> {
    let policies = predicate["verifier"]["policies"].as_array().or(predicate["configuration"].as_array())?;
    let rules = policies.iter().find(|policy| policy["name"] == "rules")?;
    rules["digest"]["sha256"].as_str().map(str::to_owned)
}

/// Whether a version comes before another one. What is no version comes before any.
fn is_older(version: &str, wanted: &str) -> bool {
    let parts = |text: &str| -> Option<Vec<u64>> { text.split('.').map(|part| part.parse().ok()).collect() };
    match (parts(version), parts(wanted)) {
        (Some(version), Some(wanted)) => version.cmp(&wanted) == Ordering::Less,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_older("0.9.0", "0.10.0") && is_older("x", "0.1.0") && is_older("1.0", "1.0.1"));
        assert!(!is_older("0.1.0", "0.1.0") && !is_older("1.0.0", "0.99.99"));
    }
}
