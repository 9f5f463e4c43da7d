    // Three turns by one place are a full turn.
    encode_cyclic(&encode_cyclic(s))
}
