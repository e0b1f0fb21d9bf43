import HTTP
import Loop
import OAuth
import Okta
import Profiles
import Simulation

extension LoadRun {
  /// People of an org who are looked up when the load is over, so that what became of them is seen.
  private static let mostLookedUp = 20

  /// Looks at what the app has made of it, as Okta looks people up, and at the groups.
  func lookAround(_ people: [OrgSetUp]) async {
    await withTaskGroup(of: Void.self) { group in
      var next = people.makeIterator()
      func add() {
        guard let one = next.next() else { return }
        group.addTask(executorPreference: lanes[one.lane].loop) {
          for (place, name) in one.plan.somebody(LoadRun.mostLookedUp).enumerated() {
            if interruption.isRaised { return }
            // Numbers that no event of the load has.
            let lookUp = LifecycleEvent(UserLookUp(Clauses(person: name)))
            _ = await one.provisioner.perform(lookUp, number: -1_000_000 - place)
          }
          if one.plan.hasGroup {
            _ = await one.provisioner.look(atGroup: OrgPlan.group, event: nil)
          }
        }
      }
      for _ in 0..<LoadRun.orgsAtOnce { add() }
      for await _ in group { add() }
    }
  }

  func close(_ one: OrgSetUp, _ result: inout LoadResult) async {
    result.tasksOpen += one.provisioner.tasks.count
    guard let session = one.provisioner.session else { return }
    if let life = await session.history.last?.token.expiresIn { result.tokenLifetime = life }
    guard one.hasGrant, await !session.isAlive else { return }
    // What the app says of it in brackets may differ from org to org.
    let reason =
      await session.endReason.map { one.shown($0.split(at: " (").first) }
      ?? "no refresh token"
    result.lostGrants[reason, default: 0] += 1
  }

  /// Deactivates, or deletes, whom the orgs have made, and says who is left; their grants are kept where
  /// that is asked for.
  func cleanUp(_ people: [OrgSetUp], _ result: inout LoadResult) async {
    for one in people { one.traffic.turn(to: lanes[one.lane].transport) }
    onCleanUp?(
      people.flatMap { one in
        one.provisioner.toCleanUp(settings.cleanUp).map { LeftInApp($0, org: one.name) }
      }
    )
    let orgs = people.map {
      CleanUpRun.Org(name: $0.name, lane: $0.lane, provisioner: $0.provisioner)
    }
    let run = CleanUpRun(settings, lanes, interruption)
    let cleaned = await run.perform(orgs)
    result.left = cleaned.report.left.map(\.words)
    result.leftInApp = cleaned.left
    result.grants = await run.close(orgs)
  }
}
