//! What the process does before anything else, so that no plaintext of it can be taken elsewhere.

use super::words;
use crate::error::Result;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core dumps, and no other process of this user may look into this one's memory.
///
/// # Errors
/// The system refuses: then nothing is decrypted at all.
pub(super) fn harden() -> Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(words::not_hardened)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(words::not_hardened)
}
