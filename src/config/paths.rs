//! The folders of the platform.

use super::words;
use crate::error::Error;
use directories::ProjectDirs;
use std::path::PathBuf;

/// Where Strongroom keeps what it keeps. None of the folders need exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`.
    pub config: PathBuf,
    /// The local database and its key ring.
    pub data: PathBuf,
    /// Logs.
    pub state: PathBuf,
}

impl Paths {
    /// The folders of this user: on Linux those of the XDG base directory specification.
    ///
    /// # Errors
    /// The user has no home.
    pub fn of_user() -> Result<Self, Error> {
        let folders = ProjectDirs::from("", "", "strongroom").ok_or_else(words::no_home)?;
        Ok(Self {
            config: folders.config_dir().to_owned(),
            data: folders.data_dir().to_owned(),
            state: folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned(),
        })
    }

    /// The database of somebody who has named none.
    pub fn database(&self) -> PathBuf {
        self.data.join("strongroom.db")
    }
}
