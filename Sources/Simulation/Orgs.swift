import OAuth
import Okta
import Profiles

/// The simulated Okta tenants of one scenario; most have one.
struct Orgs: Sendable {
  /// In the order in which the scenario names them.
  let all: [Provisioner]

  init(_ scenario: Scenario, make: (String) -> Provisioner) { all = scenario.orgs.map(make) }

  subscript(org: String) -> Provisioner {
    guard let provisioner = all.first(where: { $0.org == org }) else {
      preconditionFailure("no event of the scenario is in org \(org)")
    }
    return provisioner
  }

  /// The one that has assigned a person.
  func ofPerson(_ name: String) -> Provisioner? {
    for okta in all where okta.directory[name] != nil { return okta }
    return nil
  }

  /// The one that has pushed a group.
  func ofGroup(_ name: String) -> Provisioner? {
    for okta in all where okta.directory.group(name) != nil { return okta }
    return nil
  }

  /// What is open on the dashboards of all, deactivations first.
  var tasks: [OpenTask] {
    let tasks = all.flatMap(\.tasks.open)
    return tasks.filter { $0.job.kind == .deactivation }
      + tasks.filter { $0.job.kind != .deactivation }
  }

  /// Every access token of all, in the order in which they came.
  var tokens: [TokenRecord] {
    get async {
      var tokens: [TokenRecord] = []
      for okta in all { tokens += await okta.session?.history ?? [] }
      return all.count == 1 ? tokens : tokens.sorted { $0.exchange < $1.exchange }
    }
  }
}
