//! One file a screen. No screen knows another.

pub mod edit;
