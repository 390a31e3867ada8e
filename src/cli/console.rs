//! `strongroom` alone, and `strongroom secret edit`.

use super::arguments::Global;
use super::output::Output;
use super::session::Session;
use super::target::TargetArgs;
use crate::error::{Error, Result};

/// Opens the console; with a target, on the form of that set.
pub(super) fn run(global: &Global, target: Option<&TargetArgs>, output: &Output) -> Result<()> {
    if !output.is_interactive() {
        return Err(Error::usage("the console needs a terminal").hint("see what can be scripted: strongroom help"));
    }
    let mut session = Session::open(global, output)?;
    if let Some(target) = target {
        super::secret::load(&mut session, target)?;
    }
    Ok(())
}
