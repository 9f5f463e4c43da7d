    String::from("Hello, ") + name + "!"
}
