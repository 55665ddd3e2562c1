//! Scans container images, under the policy of the current directory.

use super::layers::LayerPaths;
use super::{Collector, Progress, Scan, TreeError};
use crate::model::Outcome;
use crate::policy::{Scanned, Scopes, apply};
use crate::sources::{Images, Source};
use std::path::Path;
use std::sync::Arc;

/// Scans images that were listed.
///
/// # Errors
/// Fails when the policy is malformed.
pub fn scan_images(
    images: Images,
    scopes: &Scopes,
    progress: &Arc<Progress>,
    mut collector: Collector,
) -> Result<Outcome, TreeError> {
    let scope = scopes.of_target(Path::new("-"))?;
    let engine = scope.engine(scope.rule_set()?);
    let paths = LayerPaths::default();
    let scan = Scan::new(&engine, scope.confidence().value, Arc::clone(progress)).under(scopes, &scope);
    let sources: [Box<dyn Source>; 1] = [Box::new(images)];
    let stats = scan.noting(&paths).run(&sources, &mut collector)?;
    let (mut outcome, _) = collector.finish(stats);
    paths.tell(&mut outcome);
    apply(scopes, &Scanned { roots: Vec::new(), history: false }, &mut outcome)?;
    Ok(outcome)
}
