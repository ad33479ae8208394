"""Pure rules: no SQL, no HTTP, no clock, no random numbers. Everything here is a function of its arguments."""
