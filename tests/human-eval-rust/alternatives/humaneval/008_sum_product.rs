    (numbers.iter().sum(), numbers.iter().product())
}
