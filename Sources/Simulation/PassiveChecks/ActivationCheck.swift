import HTTP
import JSON
import SCIM

/// The app does what it is told about `active`: a missed deactivation leaves somebody with access.
enum ActivationCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.compactMap { exchange in
      guard let response = exchange.response, response.isSuccess,
        let told = toldActive(exchange, record),
        let now = record.object(response.body)?[ignoringCase: "active"],
        let isActive = now.boolean, isActive != told
      else { return nil }
      return Observation(
        id: "F-49.active-ignored",
        failureModes: ["F-49"],
        party: .serviceProvider,
        message:
          "the app was told active \(told) and answered HTTP \(response.status) with active "
          + "\(isActive)",
        advice: "set active as it is told; or refuse, so that the admin sees a task",
        source: "RFC 7643 section 4.1.1; Okta, SCIM 2.0 reference",
        exchanges: [exchange.number],
        explains: .user
      )
    }
  }

  static func toldActive(_ exchange: Exchange, _ record: ScenarioRecord) -> Bool? {
    let body = record.object(exchange.request.body)
    switch record.kind(of: exchange) {
    case .replace: return body?[ignoringCase: "active"]?.boolean
    case .modify:
      let operation = body?["Operations"]?.array?.first
      if operation?["path"] == "active" { return operation?["value"]?.boolean }
      return operation?["value"]?["active"]?.boolean
    default: return nil
    }
  }
}
