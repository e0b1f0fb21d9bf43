import HTTP
import JSON
import OAuth
import Profiles
import SCIM

/// Looks at the app that Okta would not take: marked, recorded, judged, counted by no expectation.
extension Provisioner {
  /// Reads a user for an expectation.
  ///
  /// It carries the access token that is there, if that one is alive, and leaves no trace: nothing is
  /// refreshed for it, and Okta's side does not learn what the app answers.
  package func look(at name: String, event: Int?) async -> Look {
    guard let id = await directory[name]?.id else {
      return .impossible(because: "the app has given \(name) no id")
    }
    let cause = Cause(event: event, occasion: .look)
    guard let exchange = await sender.look(.retrieve(.user, id: id), about: name, cause) else {
      return .notMade(because: "there is no living access token to look with")
    }
    return .made(exchange.number)
  }

  /// Presents an access token after its end, with one read and one write that the coming event is
  /// about to make.
  ///
  /// Okta presents a dead token only if it refreshes on rejection, and which it does is unknown;
  /// but an app that honours dead tokens is wrong for every client (RFC 6750 section 3.1), and
  /// each route may have a check of its own. An app that wrongly takes the write has done no more
  /// than the event would have it do.
  package func present(_ dead: AccessToken, before event: LifecycleEvent, number: Int?) async {
    let cause = Cause(event: number, occasion: .look)
    for request in await requests(of: event) {
      let exchange = await sender.send(
        request,
        about: event.person,
        dead,
        cause,
        deviation: .oldToken
      )
      guard case .assign(let person, let changes) = event, request.method == "POST" else {
        continue
      }
      // Taken, the event will find the user and link to it; it is still ours to clean up.
      let object = try? ResourceError.object(in: exchange.document)
      let isTaken = exchange.response?.isSuccess == true
      traces.add(
        Traces.Trace(
          user: people.make(person, changes: changes),
          id: isTaken ? object?.resourceID : nil,
          isTaken: isTaken
        )
      )
    }
  }

  /// A read and a write of an event, as far as they are known before it; else the read of the
  /// connection test, and for an event without a person a write that puts back what the app itself
  /// gave.
  private func requests(of event: LifecycleEvent) async -> [SCIMRequest] {
    let list = SCIMRequest.list(.user, startIndex: 1, count: 2)
    guard let person = event.person else {
      let known = await directory.all.first { $0.id != nil && $0.representation != nil }
      return [list] + [known.flatMap { putBack($0) }].compactMap(\.self)
    }
    guard let known = await directory[person], let id = known.id else {
      guard case .assign(_, let changes) = event, isOn(.createUsers) else { return [list] }
      let user = people.make(person, changes: changes)
      return [
        lookUpRequest(for: user),
        .create(.user, mapper.newResource(for: user, password: newPassword(for: user))),
      ]
    }
    let write: SCIMRequest?
    switch event {
    case .update(_, let changes) where isOn(.updateUsers):
      write = update(known, with: changes)
    case .deactivate, .unassign: write = isOn(.deactivateUsers) ? activation(of: known, false) : nil
    case .reactivate: write = isOn(.deactivateUsers) ? activation(of: known, true) : nil
    default: write = putBack(known)
    }
    return [.retrieve(.user, id: id)] + [write].compactMap(\.self)
  }

  private func putBack(_ known: AppUser) -> SCIMRequest? {
    guard let id = known.id, let representation = known.representation else { return nil }
    return .replace(.user, id: id, with: representation)
  }

  private func update(_ known: AppUser, with changes: [AttributeChange]) -> SCIMRequest? {
    guard let id = known.id, let representation = known.representation else { return nil }
    var changed = known
    changed.apply(changes)
    return .replace(
      .user,
      id: id,
      with: mapper.overlay(changed.user, clearing: changed.cleared, on: representation)
    )
  }

  private func activation(of known: AppUser, _ isActive: Bool) -> SCIMRequest? {
    guard let id = known.id, var resource = known.representation else { return nil }
    if activatesByPatch { return .modify(.user, id: id, [activation(isActive)]) }
    resource.setActive(isActive)
    return .replace(.user, id: id, with: resource)
  }
}
