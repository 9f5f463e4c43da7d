    let mut sum: u32 = n.to_string().chars().filter_map(|c| c.to_digit(10)).sum();
    let mut text = String::new();
    while sum > 1 {
        text.insert(0, if sum & 1 == 1 { '1' } else { '0' });
        sum /= 2;
    }
    text.insert_str(0, &sum.to_string());
    text
}
