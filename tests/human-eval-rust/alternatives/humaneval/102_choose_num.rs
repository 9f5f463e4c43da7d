    (x..=y).rev().find(|n| n & 1 == 0)
}
