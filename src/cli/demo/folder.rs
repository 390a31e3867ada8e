//! A folder that lasts as long as the demo, and the removal of those whose demo was killed.
//!
//! Whoever runs a demo holds the lock of its folder for life. A folder of ours whose lock is free is nobody's any
//! more, so the next demo removes it.

use super::super::words;
use crate::error::Error;
use rustix::fs::{FileType, FlockOperation, Mode, OFlags};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What the name of every folder begins with.
pub(super) const PREFIX: &str = "strongroom-demo-";

/// The file whose lock says that somebody is here.
pub(super) const LOCK: &str = "lock";

/// Another demo may sweep a folder in the instant between its making and its locking. Once is rare enough.
const ATTEMPTS: usize = 8;

/// A folder of mode 0700 that is removed with everything in it when this is dropped.
pub(super) struct Folder {
    // Before the lock, so that it is gone before anybody may think it left behind.
    folder: TempDir,
    _lock: OwnedFd,
}

impl Folder {
    /// A new folder in the first of `places` that takes one, after whatever killed demos left in any of them is
    /// removed.
    pub(super) fn create(places: &[PathBuf]) -> Result<Self, Error> {
        for place in places {
            sweep(place);
        }
        let mut reason = words::NO_TEMPORARY_FOLDER.to_owned();
        for place in places {
            match claim(place) {
                Ok(folder) => return Ok(folder),
                Err(error) => reason = words::folder_failed(place, &error),
            }
        }
        Err(words::nowhere(&reason))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Where the folder may be: in memory if the session has such a folder of its own, else with all temporary files.
pub(super) fn places() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| is_private(path));
    runtime.into_iter().chain([std::env::temp_dir()]).collect()
}

/// Whether `path` is absolute and a folder of this user alone, as the runtime folder of a session has to be.
fn is_private(path: &Path) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    let is_ours = |found: std::fs::Metadata| found.is_dir() && found.uid() == ours && found.mode() & 0o777 == 0o700;
    path.is_absolute() && std::fs::symlink_metadata(path).is_ok_and(is_ours)
}

fn claim(place: &Path) -> io::Result<Folder> {
    let mut last = io::Error::from(io::ErrorKind::WouldBlock);
    for _ in 0..ATTEMPTS {
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix(PREFIX).permissions(private).tempdir_in(place)?;
        match lock(folder.path()) {
            Ok(lock) => return Ok(Folder { folder, _lock: lock }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Makes the lock file of a new folder and takes the lock.
fn lock(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let lock = rustix::fs::open(folder.join(LOCK), flags, Mode::RUSR | Mode::WUSR)?;
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    match rustix::fs::fstat(&lock)?.st_nlink {
        0 => Err(io::ErrorKind::NotFound.into()),
        _ => Ok(lock),
    }
}

/// Removes what killed demos of this user left in `place`. What cannot be looked at or removed stays: the next demo
/// tries again, and this one does without.
pub(super) fn sweep(place: &Path) {
    let Ok(entries) = std::fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            // A folder that does not go is no reason to show no demo.
            drop(sweep_one(&entry.path()));
        }
    }
}

fn sweep_one(path: &Path) -> io::Result<()> {
    let looking = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let folder = File::from(rustix::fs::open(path, looking | OFlags::DIRECTORY, Mode::empty())?);
    if folder.metadata()?.uid() != rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let lock = match rustix::fs::openat(&folder, LOCK, looking, Mode::empty()) {
        Ok(lock) => lock,
        // Killed before it had a lock, or about to make one: then it finds its folder gone and makes another.
        Err(rustix::io::Errno::NOENT) => return std::fs::remove_dir(path),
        Err(error) => return Err(error.into()),
    };
    if FileType::from_raw_mode(rustix::fs::fstat(&lock)?.st_mode) != FileType::RegularFile {
        return Ok(());
    }
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    // Removes links, never what they point at.
    std::fs::remove_dir_all(path)
}
