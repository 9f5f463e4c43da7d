    // Carries move left until none is left.
    let (mut sum, mut carry) = (x, y);
    while carry != 0 {
        (sum, carry) = (sum ^ carry, (sum & carry) << 1);
    }
    sum
}
