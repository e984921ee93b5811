//! What must hold for every time and every text.
