import HTTP
import OAuth
import SCIM
import Profiles

/// A step that ended its event.
struct StepFailure: Error {
  enum Reason {
    case answer(HTTPResponse, JSONBody)
    case transport(TransportFailure)
    case token(TokenSessionError)
    /// The answer came, but what it says cannot be used.
    case unusable(String)
    /// A list whose numbers are none: Okta goes no further, and its event says no reason.
    ///
    /// Okta, question 0D54z0000A4i091CQA: a FAILURE with a null reason, and no POST.
    case wrongNumber(key: String, kind: String)
    /// Nothing could be sent.
    case notProvisioned
    /// What it would wait for is more than the run waits for.
    case notMade(NotMade)
  }

  var person: OktaUser?
  /// The display name of a group.
  var group: String?
  var step: String
  var exchange: Int?
  var reason: Reason

  /// Whether a create has made nobody: it was not sent, found no endpoint, or met somebody who was
  /// there before.
  var isOfNobody: Bool {
    switch reason {
    case .answer(let response, _): [404, 405, 409, 501].contains(response.status)
    case .transport(let failure): failure.isUnreached
    case .token, .notProvisioned, .notMade: true
    case .unusable, .wrongNumber: false
    }
  }

  /// Whether the app answered so.
  func isAnswer(_ status: Int) -> Bool {
    if case .answer(let response, _) = reason { response.status == status } else { false }
  }

  /// What the admin reads of an event that ended so: Okta's sentence, with the app's own behind it.
  func task(of event: LifecycleEvent, app: String) -> ProvisioningTask {
    var tokenError: TokenSessionError?
    if case .token(let error) = reason { tokenError = error }
    return ProvisioningTask(
      message: event.steps.opening(of: self, app: app) + inShort,
      exchange: exchange,
      tokenError: tokenError,
      logEvent: ofIntegration ?? event.steps.logEvent(of: self)
    )
  }

  /// Whether it was asked whether the app has the person.
  var isOfLookUp: Bool { step == person?.lookUpStep }

  /// Its reason alone, without the step and the person.
  var inShort: String {
    switch reason {
    case .answer(let response, _) where response.status == 406:
      // Okta, support article "Sync user in external application": the log entry has no reason.
      return "null (Okta names no reason; the app answered 406 to its Accept)"
    case .answer(let response, let document):
      let reason = HTTPStatus.reason(response.status)
      return (reason.isEmpty ? "HTTP \(response.status)" : reason) + reported(response, document)
    case .transport(let failure): return "\(failure)"
    case .token(let error): return "Unauthorized: \(error)"
    case .unusable(let problem): return problem
    case .wrongNumber(let key, let kind):
      return "null (Okta names no reason; the app's list gives \(kind) for \(key))"
    case .notProvisioned: return "the user has not been provisioned"
    case .notMade(let failure): return failure.reason
    }
  }

  private func reported(_ response: HTTPResponse, _ document: JSONBody) -> String {
    guard document != .empty else { return "" }
    let detail: String
    do throws(ResourceError) {
      // Whichever version's form it has.
      let form = document.object?[ignoringCase: "Errors"] == nil ? SCIMVersion.v2 : .v1
      detail = try SCIMError.read(document, status: response.status, form).detail ?? ""
    } catch {
      detail = ParserWords.of(response.text).map { "Invalid JSON: \($0)" } ?? "\(error)"
    }
    return detail.isEmpty ? "" : ". Errors reported by remote server: \(detail)"
  }
}
