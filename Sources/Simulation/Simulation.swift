// Simulation: see design.md
