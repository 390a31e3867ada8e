//! Profiles, the layers of settings, and the folders of the platform.
//!
//! Each setting comes from the first of these that says it: a flag, the environment, the profile of the configuration
//! file, the default. [`Settings::resolve`] is the whole rule, without touching anything but its [`Inputs`].

pub mod console;
pub mod file;
pub mod paths;
pub mod resolve;
pub mod theme;
pub mod url;
mod words;

pub use paths::Paths;
pub use resolve::{Inputs, Settings};
pub use url::DatabaseUrl;
