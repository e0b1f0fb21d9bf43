import HTTP
import Profiles
import SCIM

extension Import: OktaSteps {
  /// What is off sends nothing.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    if okta.isOn(.importUsers) {
      try await okta.importAll(.user, inPages: clauses.pages, cause)
    }
    if okta.isOn(.importGroups) {
      try await okta.importAll(.group, inPages: clauses.pages, cause)
    }
  }

  var features: [ManagementFeature] { Capability.importUsers.features }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? {
    failure.step == Provisioner.importStep(.group) ? .groupImport : .userImport
  }

  func coming(from okta: Provisioner) -> [SCIMRequest] {
    let types: [Intent.ResourceType] =
      (okta.isOn(.importUsers) ? [.user] : []) + (okta.isOn(.importGroups) ? [.group] : [])
    return types.map { .list($0, startIndex: 1, count: ListWalk.pageSize) }
  }
}

extension IncrementalUserImport: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.importUsers), okta.features.contains(any: features) else { return }
    try await okta.importChanges(cause)
  }

  var features: [ManagementFeature] { [.incrementalImports] }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { .userImport }

  func coming(from okta: Provisioner) -> [SCIMRequest] {
    okta.isOn(.importUsers) ? [.list(.user, startIndex: 1, count: ListWalk.pageSize)] : []
  }
}

extension UserImport: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.importUsers) else { return }
    try await okta.importAll(.user, inPages: clauses.pages, cause)
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { .userImport }

  func coming(from okta: Provisioner) -> [SCIMRequest] {
    okta.isOn(.importUsers) ? [.list(.user, startIndex: 1, count: ListWalk.pageSize)] : []
  }
}

extension GroupImport: OktaSteps {
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.importGroups) else { return }
    try await okta.importAll(.group, inPages: clauses.pages, cause)
  }

  func logEvent(of failure: StepFailure) -> SystemLogEvent? { .groupImport }

  func coming(from okta: Provisioner) -> [SCIMRequest] {
    okta.isOn(.importGroups) ? [.list(.group, startIndex: 1, count: ListWalk.pageSize)] : []
  }
}
