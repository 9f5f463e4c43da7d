    match day {
        Day::Monday | Day::Tuesday | Day::Wednesday | Day::Thursday | Day::Friday => false,
        Day::Saturday | Day::Sunday => true,
    }
}
