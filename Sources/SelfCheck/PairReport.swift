import SampleApp

/// The pairs of which something is not told: for whoever mends the judge.
package struct PairReport: Sendable {
  /// What is missing of one pair, in all cases alike.
  private struct Entry {
    var missing: String
    var whose: Fault
    var other: Fault
    var cases: [SelfCheck.Case] = []
    /// Of its first case.
    var reason: String
    var found: [String]
  }

  private let entries: [Entry]
  /// Faults that cannot be seen beside others, which are named behind them.
  private let hidden: [(fault: Fault, id: String, behind: [Fault])]

  private let excused: [PairException]

  package init(_ outcomes: [PairOutcome]) {
    var entries: [String: Entry] = [:]
    for outcome in outcomes {
      for part in outcome.parts {
        guard case .broken(let reason) = part.fate else { continue }
        let pair = outcome.pair
        let other = part.fault == pair.first ? pair.second : pair.first
        let key = "\(part.id) \(part.fault.rawValue) \(other.rawValue)"
        entries[
          key,
          default: Entry(
            missing: part.id,
            whose: part.fault,
            other: other,
            reason: reason,
            found: outcome.found
          )
        ].cases.append(pair.item)
      }
    }
    self.entries = entries.sorted { $0.key < $1.key }.map(\.value)
    hidden = Self.hidden(outcomes)
    excused = PairException.all.filter { row in
      outcomes.contains { outcome in
        outcome.isExcused && outcome.parts.contains { $0.id == row.id && $0.fault == row.fault }
      }
    }
  }

  private static func hidden(
    _ outcomes: [PairOutcome]
  ) -> [(fault: Fault, id: String, behind: [Fault])] {
    var hidden: [(fault: Fault, id: String, behind: [Fault])] = []
    for outcome in outcomes {
      for part in outcome.parts where part.fate == .masked {
        let pair = outcome.pair
        let other = part.fault == pair.first ? pair.second : pair.first
        let place =
          hidden.firstIndex { $0.fault == part.fault && $0.id == part.id } ?? hidden.endIndex
        if place == hidden.endIndex { hidden.append((part.fault, part.id, [])) }
        if !hidden[place].behind.contains(other) { hidden[place].behind.append(other) }
      }
    }
    return hidden
  }

  /// Grouped by what is missing, then by the fault that it was found of.
  package var lines: [String] {
    var lines: [String] = []
    var group: String?
    for entry in entries {
      let title = "\(entry.missing) of \(entry.whose.rawValue) is not told beside"
      if title != group {
        let count = entries.count { $0.missing == entry.missing && $0.whose == entry.whose }
        lines.append("\(title) \(count == 1 ? "1 fault" : "\(count) faults"):")
        group = title
      }
      lines.append("  \(entry.other.rawValue)  \(places(entry.cases))")
      lines.append("    found: \(entry.found.joined(separator: " "))")
      lines.append("    \(entry.reason)")
    }
    return lines
      + hidden.map { row in
        "\(row.id) of \(row.fault.rawValue) is hidden, the app being byte for byte what it is with "
          + "\(row.behind.map(\.rawValue).joined(separator: " or ")) alone"
      }
      + excused.map { row in
        "\(row.id) of \(row.fault.rawValue) is excused beside "
          + "\(row.beside.map(\.rawValue).joined(separator: " and ")): \(row.reason)"
      }
  }

  private func places(_ cases: [SelfCheck.Case]) -> String {
    SelfCheck.families.compactMap { family -> String? in
      let names = cases.filter { $0.family == family }.map(\.scenario)
      return names.isEmpty ? nil : "\(family): \(names.joined(separator: " "))"
    }.joined(separator: "; ")
  }
}
