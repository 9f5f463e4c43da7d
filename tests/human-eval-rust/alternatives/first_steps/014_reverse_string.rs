    text.chars()
        .fold(String::new(), |reversed, c| format!("{c}{reversed}"))
}
