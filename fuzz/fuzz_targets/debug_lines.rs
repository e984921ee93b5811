//! Lines of JSON, or of something else, for every topic: each gets an answer.
#![no_main]

use askpro_debug::{Topic, json_lines};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    for (_, topic) in Topic::ALL {
        let mut output = Vec::new();
        json_lines(*topic, input, &mut output).expect("memory can be read and written");
    }
});
