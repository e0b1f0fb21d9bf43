// SampleApp: see design.md
