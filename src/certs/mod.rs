//! Certificates: parsed, found, assessed.
