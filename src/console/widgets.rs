//! Parts that screens are drawn from.

pub mod changes;
pub mod dialog;
pub mod footer;
pub mod frame;
pub mod header;
pub mod marks;
pub mod scroll;
pub mod secret_field;
pub mod text;
pub mod toast;
pub mod value;
