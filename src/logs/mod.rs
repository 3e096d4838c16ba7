//! Log lines made safe, kept and searched; pure.
