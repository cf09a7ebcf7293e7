package drift

// Thorough returns options with which hosts are compared rule by rule, also where a quick look finds them equal.
func Thorough() Options { return Options{thorough: true} }
