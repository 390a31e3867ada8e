//! Parts that screens are drawn from.
