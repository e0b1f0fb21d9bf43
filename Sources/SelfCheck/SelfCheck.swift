import JSON
import Profiles
import SampleApp
import ShippedScenarios
import Simulation
import Synchronization

/// The proof that the shipped scenarios find what is wrong with an app.
///
/// Each fault of the sample app is run alone, in each scenario and family; what it is found as is
/// what the same scenario does not show of the right app.
package struct SelfCheck: Sendable {
  /// One scenario in one family.
  package struct Case: Sendable, Hashable {
    package var family: String
    package var scenario: String
  }

  /// How the right app and each fault alone look, case by case.
  package struct Alone: Sendable {
    /// What the right app shows.
    package var sound: [Case: ScenarioTrace] = [:]
    package var faults: [Fault: [Case: ScenarioTrace]] = [:]

    /// What a fault is found as in a case, apart from what the right app shows there.
    package func ids(_ fault: Fault, _ item: Case) -> Set<String> {
      guard let trace = faults[fault]?[item] else { return [] }
      return trace.ids.subtracting(sound[item]?.ids ?? [])
    }

    /// What a fault is found as at all: the worst first.
    package func rows(_ fault: Fault, cases: [Case]) -> [Row] {
      var rows: [String: Row] = [:]
      for item in cases {
        let ids = ids(fault, item)
        for finding in faults[fault]?[item]?.findings ?? [] where ids.contains(finding.id) {
          var row = rows[finding.id] ?? Row(id: finding.id, verdict: finding.verdict, cases: [])
          row.verdict = max(row.verdict, finding.verdict)
          if row.cases.last != item { row.cases.append(item) }
          rows[finding.id] = row
        }
      }
      return rows.values.sorted { left, right in
        left.verdict == right.verdict ? left.id < right.id : left.verdict > right.verdict
      }
    }
  }

  /// A kind that finds a fault.
  package struct Row: Sendable, Equatable {
    package var id: String
    /// The worst of its findings.
    package var verdict: Verdict
    package var cases: [Case]
  }

  /// The families; the sample app's own scenarios name methods of the first.
  package static let families = ["aiw", "oin-patch"]

  package let cases: [Case]
  private let scenarios: [Case: Scenario]

  /// All scenarios that are shipped, in both families those that hold for every app.
  package init() throws(Mistakes) {
    let own = try Self.read("sample-app", ShippedScenarios.forSampleApp)
    let everyApp = try Self.read("every-app", ShippedScenarios.all)
    var cases: [Case] = []
    var scenarios: [Case: Scenario] = [:]
    for family in Self.families {
      for scenario in (family == Self.families.first ? own : []) + everyApp {
        let item = Case(family: family, scenario: scenario.name)
        cases.append(item)
        scenarios[item] = scenario
      }
    }
    self.cases = cases
    self.scenarios = scenarios
  }

  /// Each scenario that is shipped, once.
  package static func shippedScenarios() throws(Mistakes) -> [Scenario] {
    try read("sample-app", ShippedScenarios.forSampleApp)
      + read("every-app", ShippedScenarios.all)
  }

  private static func read(
    _ folder: String,
    _ shipped: [(name: String, bytes: [UInt8])]
  ) throws(Mistakes) -> [Scenario] {
    var scenarios: [Scenario] = []
    for (name, bytes) in shipped {
      let source = SourceText(file: "Profiles/\(folder)/\(name).scenario", bytes: bytes)
      scenarios.append(try ScenarioReader.read(source, name: name))
    }
    return scenarios
  }

  // MARK: Runs

  /// Runs a case with faults, and with what else is laid over the profile.
  package func run(
    _ item: Case,
    _ faults: [Fault],
    _ settings: [String] = []
  ) async throws -> ScenarioTrace {
    guard let scenario = scenarios[item] else { preconditionFailure("there is no case \(item)") }
    let results = try await SampleAppRun(
      [scenario],
      settings: ["family=\(item.family)"] + settings,
      faults: faults
    ).perform()
    guard let result = results.first else { preconditionFailure("a run has a result") }
    return ScenarioTrace(result)
  }

  /// Runs the right app and each fault alone.
  ///
  /// - Parameter loops: How many runs go on beside each other, each on a loop of its own.
  package func alone(
    _ faults: [Fault] = Fault.functional,
    loops: Int
  ) async throws -> Alone {
    let jobs = ([nil] + faults).flatMap { fault in cases.map { (fault: fault, item: $0) } }
    let traces = try await concurrently(jobs, loops: loops) { job in
      try await run(job.item, job.fault.map { [$0] } ?? [])
    }
    var alone = Alone()
    for (job, trace) in zip(jobs, traces) {
      if let fault = job.fault {
        alone.faults[fault, default: [:]][job.item] = trace
      } else {
        alone.sound[job.item] = trace
      }
    }
    return alone
  }
}

/// Maps `items` with several bodies under way; the results are in the order of the items.
func concurrently<Item: Sendable, Output: Sendable>(
  _ items: [Item],
  loops: Int,
  _ body: @escaping @Sendable (Item) async throws -> Output
) async throws -> [Output] {
  let places = Places()
  return try await withThrowingTaskGroup(of: [(Int, Output)].self) { group in
    for _ in 0..<max(1, loops) {
      group.addTask {
        var outputs: [(Int, Output)] = []
        while true {
          let index = places.next()
          guard index < items.count else { return outputs }
          try Task.checkCancellation()
          outputs.append((index, try await body(items[index])))
        }
      }
    }
    var all: [(Int, Output)] = []
    for try await outputs in group { all += outputs }
    return all.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

/// Hands out the places of a list, each once.
private final class Places: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
