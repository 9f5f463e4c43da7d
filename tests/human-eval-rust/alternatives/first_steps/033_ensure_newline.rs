    match text.chars().last() {
        Some('\n') => {}
        _ => *text += "\n",
    }
}
