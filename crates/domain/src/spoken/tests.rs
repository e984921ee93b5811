//! Tables of phrases and properties.
