import JSON

/// What a run says to its baseline: what it knew, what is new, what is mended, what is overdue.
package struct BaselineSheet: Sendable {
  package let file: String
  /// The entries that were found.
  let known: [Baseline.Entry]
  /// What makes the run fail and is in no entry.
  let new: [Finding]
  package let noLongerFound: [Baseline.Entry]
  package let past: [Baseline.Entry]

  /// Whether the baseline itself makes the run fail.
  package var fails: Bool { !noLongerFound.isEmpty || !past.isEmpty }

  /// nil where the run has none.
  init?(_ outcome: RunOutcome) {
    guard let baseline = outcome.settings.baseline else { return nil }
    let findings = outcome.told.flatMap(\.findings)
    file = baseline.file
    known = baseline.entries.filter { entry in
      findings.contains { $0.isKnown && baseline.entry(for: $0) == entry }
    }
    new = findings.filter { outcome.settings.isFailure($0) }
    let mended = baseline.noLongerFound(in: outcome.told.map(SeenScenario.init))
    noLongerFound = mended
    past = baseline.entries.filter { baseline.isPast($0) && !mended.contains($0) }
  }

  /// What is wrong with the baseline, each entry with why.
  var problems: [(entry: Baseline.Entry, words: String)] {
    noLongerFound.map { entry in
      (
        entry,
        "no longer found: \(entry.words), although its scenario ran to its end (\(entry.why)); "
          + "'oktasim baseline update \(file.asShellWord)' removes it"
      )
    }
      + past.map { entry in
        let day = entry.until.map(\.description) ?? ""
        return (
          entry,
          "past its day: \(entry.words) was accepted until \(day) (\(entry.why)); mend it, or "
            + "give it another day"
        )
      }
  }

  /// `baseline: 2 known, 1 new, 1 no longer found`, and below it which.
  package var inWords: String {
    let counts = [
      (known.count, "known"), (new.count, "new"), (noLongerFound.count, "no longer found"),
      (past.count, "past its day"),
    ]
    var text =
      "baseline: " + counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    if counts.allSatisfy({ $0.0 == 0 }) { text += "nothing of it was met" }
    for (what, names) in BaselineSheet.grouped(
      known.map { ($0.finding, $0.why, $0.scenario) }
    ) {
      text += "\n  known: \(what.0) in \(names): \(what.1)"
    }
    for (what, names) in BaselineSheet.grouped(new.map { ($0.id, "", $0.scenario) }) {
      text += "\n  new: \(what.0) in \(names)"
    }
    return text + problems.map { "\n  \($0.words)" }.joined()
  }

  private static let mostNames = 4

  /// Those of one kind together, with the names of their scenarios, or of many the number.
  private static func grouped(
    _ rows: [(id: String, reason: String, scenario: String)]
  ) -> [(what: (String, String), names: String)] {
    var groups: [(id: String, reason: String, names: [String])] = []
    for row in rows {
      if let place = groups.firstIndex(where: { $0.id == row.id && $0.reason == row.reason }) {
        groups[place].names.append(row.scenario)
      } else {
        groups.append((row.id, row.reason, [row.scenario]))
      }
    }
    return groups.map { group in
      let names =
        group.names.count > mostNames
        ? "\(group.names.count) scenarios" : group.names.joined(separator: ", ")
      return ((group.id, group.reason), names)
    }
  }

  /// For programs.
  var json: JSONValue {
    func list(_ entries: [Baseline.Entry]) -> JSONValue {
      .array(
        entries.map { .object($0.json) }
      )
    }
    return [
      "file": .string(file),
      "known": .number(JSONNumber(known.count)),
      "new": .number(JSONNumber(new.count)),
      "noLongerFound": list(noLongerFound),
      "past": list(past),
    ]
  }
}
