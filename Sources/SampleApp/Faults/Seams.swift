import HTTP
import JSON
import Synchronization

/// A place where the right code lets its faults change a value before it goes on.
struct Seam<Value: Equatable & SendableMetatype, Context, Failure: Error>: Sendable {
  typealias Change = @Sendable (inout Value, Context) throws(Failure) -> Void

  fileprivate(set) var changes: [Change] = []
  /// Called where the change of the same place has changed or refused something.
  fileprivate var notes: [@Sendable () -> Void] = []

  var isEmpty: Bool { changes.isEmpty }

  /// Passes the value through the faults, in the order of `Fault.allCases`.
  ///
  /// - Parameter context: What a fault may know; made only where there is a fault.
  func callAsFunction(
    _ value: inout Value,
    _ context: @autoclosure () -> Context
  ) throws(Failure) {
    if changes.isEmpty { return }
    let context = context()
    for (change, note) in zip(changes, notes) {
      var changed = value
      if let refusal = Seam.attempt(change, &changed, context) {
        note()
        throw refusal
      }
      if changed == value { continue }
      note()
      value = changed
    }
  }

  // By itself: with a copy kept across a typed throw the optimizer of Swift 6.3 lets go of the value
  // twice, or takes what cannot throw for what does not return (seen as SIGSEGV and SIGILL in a release).
  @inline(never)
  private static func attempt(_ change: Change, _ value: inout Value, _ context: Context)
    -> Failure?
  {
    do throws(Failure) {
      try change(&value, context)
      return nil
    } catch {
      return error
    }
  }
}

extension Seam where Failure == Never {
  /// The value as the faults make it; nil where there are none.
  func changed(_ value: Value, _ context: @autoclosure () -> Context) -> Value? {
    if changes.isEmpty { return nil }
    var changed = value
    self(&changed, context())
    return changed
  }
}

/// The seams of the app: all that a fault can touch.
///
/// Two faults at one seam both act. A seam stands where the right code has decided something and
/// not yet told it, so that the right code reads as if there were no faults.
struct Seams: Sendable {
  // The app as a whole.

  /// A request as it comes in; with an answer it goes no further.
  var front = Seam<FrontDoor, Void, Never>()
  /// The app's policies: what a fault needs so that it shows at all.
  var policy = Seam<SampleAppSettings, Void, Never>()
  /// The attributes of the users that are there at the start.
  var people = Seam<[JSONObject], SampleAppSettings, Never>()

  // The authorization server.

  /// What becomes of an authorization request for its redirect URI.
  var redirectURI = Seam<RedirectURIDecision, RedirectURIFacts, Never>()
  /// The parameters that a redirect takes back to the client.
  var redirect = Seam<[FormField], Void, Never>()
  /// A token request in good form, before the client is asked who it is.
  var tokenRequest = Seam<TokenCall, Void, TokenRefusal>()
  /// Whether a client has shown who it is.
  var client = Seam<ClientClaim, TokenCall, Never>()
  /// The refresh token that is looked up; the context is all that there are.
  var refreshLookUp = Seam<String, [String], Never>()
  /// The client to which a refresh token has to belong; the context is its grant.
  var refreshOwner = Seam<String, Grants.Grant, Never>()
  /// Whether a refused refresh has spent the refresh token all the same.
  var refusedRefresh = Seam<Bool, TokenRefusal, Never>()
  /// How a refresh that is allowed is answered.
  var renewal = Seam<Renewal, RefreshFacts, Never>()
  /// Whether a code is exchanged.
  var codeRule = Seam<CodeDecision, CodeFacts, Never>()
  /// What the admin has answered to the question for consent.
  var consent = Seam<String?, Void, Never>()
  /// What a refresh gives of the scope.
  var refreshScope = Seam<ScopeDecision, ScopeFacts, Never>()
  /// What a revocation ends.
  var revocation = Seam<RevocationDecision, RevocationFacts, Never>()
  /// Whether a refresh that is in order so far is allowed.
  var refreshRule = Seam<RefreshDecision, RefreshFacts, Never>()
  /// The answer of the token endpoint, a refusal among them.
  var tokenAnswer = Seam<HTTPResponse, TokenCall, Never>()
  /// What a change from outside does to grants; the context is the hook's name.
  var hook = Seam<HookEffects, String, Never>()
  /// Whether a grant ends with an event; asked for each grant that lives.
  var grantEnd = Seam<Bool, GrantEnding, Never>()

  // The access token at the SCIM API.

  /// How an access token stands.
  var tokenState = Seam<Grants.AccessTokenState, Grants.PresentedToken, Never>()
  /// Whose resources a request is about; nil for the first tenant's.
  var tenant = Seam<String?, Void, Never>()
  /// Whether a request is served.
  var access = Seam<AccessDecision, SCIMCall, Never>()

  // The SCIM service provider.

  /// A request that may be served; the context is the resource that it names.
  var scimRequest = Seam<SCIMCall, Directory.Resource?, SCIMRefusal>()
  /// The filter of a list request; nil for none.
  var filter = Seam<Filter?, ResourceKind, Never>()
  /// The ids of all that a list request asks for, before it is cut into pages.
  var matches = Seam<[String], LookUp, SCIMRefusal>()
  /// What a page is cut from, and where.
  var window = Seam<ListWindow, LookUp, SCIMRefusal>()
  /// A page of a list.
  var list = Seam<ListPage, LookUp, Never>()
  /// All roles, or all licences, as they are listed.
  var catalogue = Seam<[JSONObject], Catalogue, Never>()
  /// How many of them a page has at most.
  var catalogueCount = Seam<Int, Catalogue, Never>()
  /// The operations of a PATCH.
  var patch = Seam<[PatchOperation], ResourceKind, SCIMRefusal>()
  /// The attributes that a write leaves, before they are checked, stored and shown.
  var write = Seam<JSONObject, ResourceWrite, SCIMRefusal>()
  /// What becomes of a create.
  var create = Seam<CreateDecision, CreateFacts, Never>()
  /// What is kept of a write, apart from what its answer shows.
  var stored = Seam<Directory.Resource, ResourceWrite, Never>()
  /// A resource as every answer shows it.
  var representation = Seam<JSONObject, ResourceKind, Never>()
  /// How late an answer is.
  var pace = Seam<Pace, PacedRequest, Never>()
  /// The answer of the SCIM API, a refusal among them.
  var scimAnswer = Seam<HTTPResponse, SCIMCall, Never>()
  /// The same in the words of SCIM 1.1, for a request in those.
  var oldAnswer = Seam<HTTPResponse, HTTPRequest, Never>()

  /// - Parameter met: Learns which faults changed anything.
  init(_ faults: Set<Fault>, met: FaultsMet) {
    if faults.isEmpty { return }
    for fault in Fault.allCases where faults.contains(fault) {
      for behaviour in fault.row.behaviours { behaviour.install(&self) { met.note(fault) } }
    }
  }
}

/// Which faults have changed what the app would have done: one that nothing met shows nothing.
package final class FaultsMet: Sendable {
  private let faults = Mutex<Set<Fault>>([])

  package init() {}

  fileprivate func note(_ fault: Fault) { faults.withLock { _ = $0.insert(fault) } }

  package func contains(_ fault: Fault) -> Bool { faults.withLock { $0.contains(fault) } }
}

/// What a fault does at one seam.
struct Behaviour: Sendable {
  fileprivate var install: @Sendable (inout Seams, _ note: @escaping @Sendable () -> Void) -> Void

  /// Changes a value.
  static func at<Value: Equatable & SendableMetatype, Context, Failure: Error>(
    _ seam: WritableKeyPath<Seams, Seam<Value, Context, Failure>> & Sendable,
    _ change: @escaping @Sendable (inout Value, Context) -> Void
  ) -> Behaviour {
    refusing(seam) { value, context throws(Failure) in change(&value, context) }
  }

  /// Changes a value, or refuses the request.
  static func refusing<Value: Equatable & SendableMetatype, Context, Failure: Error>(
    _ seam: WritableKeyPath<Seams, Seam<Value, Context, Failure>> & Sendable,
    _ change: @escaping Seam<Value, Context, Failure>.Change
  ) -> Behaviour {
    // How the app is set up is no sign yet that anybody met the fault.
    let isCounted = ![\Seams.policy, \Seams.people].contains(seam as AnyKeyPath)
    return Behaviour { seams, note in
      seams[keyPath: seam].changes.append(change)
      let nothing: @Sendable () -> Void = {}
      seams[keyPath: seam].notes.append(isCounted ? note : nothing)
    }
  }
}

extension HTTPResponse {
  mutating func setStatus(_ status: Int) {
    self.status = status
    reason = HTTPStatus.reason(status)
  }

  /// The body, where it is a JSON object.
  var jsonObject: JSONObject? {
    mediaType?.isJSON == true ? (try? JSONReader.read(body))?.object : nil
  }

  /// Changes the body, where it is a JSON object.
  mutating func editJSON(_ edit: (inout JSONObject) -> Void) {
    guard var object = jsonObject else { return }
    edit(&object)
    body = JSONValue.object(object).compactBytes
  }
}
