import HTTP
import Loop
import OAuth
import Okta
import Profiles
import Simulation
import World

/// The clean-up of many orgs: at the end of a load, or later from what it has left.
package struct CleanUpRun: Sendable {
  struct Org: Sendable {
    var name: String
    var lane: Int
    var provisioner: Provisioner
  }

  package struct Outcome: Sendable {
    package var report = CleanUpReport()
    package var left: [LeftInApp] = []
    /// The grants that are alive; nil where nobody keeps them.
    package var grants: SavedGrants?
  }

  private let settings: LoadSettings
  private let lanes: [LoadLane]
  private let interruption: Interruption

  /// Orgs that are cleaned up at once.
  private static let orgsAtOnce = 32

  package init(_ settings: LoadSettings, _ lanes: [LoadLane], _ interruption: Interruption) {
    self.settings = settings
    self.lanes = lanes
    self.interruption = interruption
  }

  /// Does what a load has left to do.
  package func perform(_ file: LeftFile) async -> Outcome {
    var byOrg: [String: [LeftInApp]] = [:]
    var names: [String] = []
    for one in file.left {
      if byOrg[one.org] == nil { names.append(one.org) }
      byOrg[one.org, default: []].append(one)
    }
    var orgs: [Org] = []
    let integrations = Integrations(settings.profile)
    let secrets = RunSecrets()
    for (place, name) in names.enumerated() {
      let lane = lanes[place % lanes.count]
      let provisioner = settings.provisioner(
        ofOrg: name,
        by: lane.transport,
        log: ExchangeLog(nil, keeping: 1),
        aliases: SecretAliases(run: secrets),
        on: lane.loop,
        of: integrations.app(ofOrg: name)
      )
      for one in byOrg[name] ?? [] { provisioner.expect(one.name, one.isGroup, id: one.id) }
      if let session = provisioner.session,
        let saved = settings.savedGrants?.grant(of: name, runStart: settings.runStart)
      {
        await session.resume(saved)
      }
      orgs.append(Org(name: name, lane: place % lanes.count, provisioner: provisioner))
    }
    var outcome = await perform(orgs)
    outcome.grants = await close(orgs)
    return outcome
  }

  func perform(_ orgs: [Org]) async -> Outcome {
    guard settings.cleanUp != .none, let loop = lanes.first?.loop else { return Outcome() }
    return await interruption.limit(on: loop, within: settings.cleanUpLimit) { [settings, lanes] in
      await withTaskGroup(of: (String, CleanUpReport).self) { group in
        var next = orgs.makeIterator()
        func add() {
          guard let one = next.next() else { return }
          group.addTask(executorPreference: lanes[one.lane].loop) {
            var report = await one.provisioner.cleanUp(settings.cleanUp)
            let shown = ShownText(one.provisioner.aliases)
            report.noDelete = report.noDelete.map { shown($0) }
            for place in report.left.indices {
              report.left[place].who = shown(report.left[place].who)
              report.left[place].reason = shown(report.left[place].reason)
            }
            return (one.name, report)
          }
        }
        for _ in 0..<CleanUpRun.orgsAtOnce { add() }
        var all = Outcome()
        for await (name, report) in group {
          all.report.add(report)
          all.left += report.left.map { LeftInApp($0, org: name) }
          add()
        }
        return all
      }
    }
  }

  /// Ends the orgs' sessions.
  ///
  /// - Returns: Their grants, where the load keeps them.
  func close(_ orgs: [Org]) async -> SavedGrants? {
    var kept = settings.savedGrants
    for one in orgs {
      guard let session = one.provisioner.session else { continue }
      if kept != nil {
        kept?.keep(await session.saved, of: one.name, runStart: settings.runStart)
      }
      await session.close()
    }
    return kept
  }
}
