/// The scenarios of Profiles/every-app, as they were when the program was built.
