// Recordings: see design.md
