//! One file a screen. No screen knows another.

pub mod help;
pub mod review;
