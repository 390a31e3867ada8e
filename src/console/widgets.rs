//! Parts that screens are drawn from.

pub mod secret_field;
