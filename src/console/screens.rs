//! One file a screen. No screen knows another.
