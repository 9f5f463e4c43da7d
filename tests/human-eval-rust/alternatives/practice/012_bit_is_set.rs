    let mask = 1 << bit;
    value & mask == mask
}
