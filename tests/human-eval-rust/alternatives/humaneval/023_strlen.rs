    // Every character has exactly one byte that is not of the form 10xxxxxx.
    let continuation = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
    string.bytes().filter(|byte| !continuation(byte)).count()
}
