//! Profiles, the layers of settings, and the folders of the platform.
