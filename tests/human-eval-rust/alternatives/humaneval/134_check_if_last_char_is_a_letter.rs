    let last_piece = text.split(' ').next_back().unwrap_or("");
    let mut chars = last_piece.chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_alphabetic())
}
