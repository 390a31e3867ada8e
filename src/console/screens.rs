//! One file a screen. No screen knows another.

pub mod browse;
pub mod compare;
pub mod edit;
pub mod find;
pub mod help;
pub mod history;
pub mod merge;
pub mod messages;
pub mod person;
pub mod review;
pub mod rotate;
pub mod trail;
