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
    guard let id = directory[name]?.id else {
      return .impossible(because: "the app has given \(name) no id")
    }
    let cause = self.cause(event, .look)
    guard let exchange = await lookAsLimited(.retrieve(.user, id: id), about: name, cause) else {
      return .notMade(because: "there is no living access token to look with")
    }
    return .made(exchange.number)
  }

  /// Reads a group for an expectation, in the same way.
  package func look(atGroup name: String, event: Int?) async -> Look {
    guard let group = directory.group(name), let id = group.knownID else {
      return .impossible(because: "the app has given \(name) no id")
    }
    guard
      let exchange = await sender.look(
        .retrieve(.group, id: id),
        about: group.name,
        cause(event, .look)
      )
    else {
      return .notMade(because: "there is no living access token to look with")
    }
    return .made(exchange.number)
  }

  /// Shows one of the access tokens that the app has given.
  package func look(atToken number: Int, event: Int?) async -> Look {
    guard let given = await session?.history.map(\.token), given.indices.contains(number - 1) else {
      return .impossible(because: "the app has not given \(number) access tokens")
    }
    let exchange = await sender.send(
      .list(.user, startIndex: 1, count: 2),
      about: nil,
      given[number - 1],
      cause(event, .look),
      deviation: .namedAccessToken
    )
    return .made(exchange.number)
  }

  /// Reads a page with an access token of a grant that a newer one has followed.
  package func look(withOld token: AccessToken, event: Int?) async {
    _ = await sender.send(
      .list(.user, startIndex: 1, count: 2),
      about: nil,
      token,
      cause(event, .look),
      deviation: .oldToken
    )
  }

  /// Reads a page with the token of a run's probe grant; gives whether it was served.
  package func probe(with token: AccessToken, event: Int?) async -> Bool {
    let exchange = await sender.send(
      .list(.user, startIndex: 1, count: 2),
      about: nil,
      token,
      cause(event, .probe)
    )
    return exchange.response?.isSuccess ?? false
  }

  /// Reads a user that another org has made, whose admin is another tenant's.
  package func look(atOthers user: AppUser, event: Int?) async {
    guard let id = user.id, let session, let token = await session.livingToken else { return }
    _ = await sender.send(
      .retrieve(.user, id: id),
      about: nil,
      token,
      cause(event, .look),
      deviation: .otherTenant
    )
  }

  /// How many refresh tokens are shown again at the end of a scenario.
  private static let mostShownAgain = 12

  /// Shows the app each refresh token that it has given and that was followed by another, the newest
  /// first: what became of them after a scenario that is about it.
  package func lookAtOldRefreshTokens(event: Int?) async {
    guard let session else { return }
    let present = await session.presentRefreshToken
    let old = await session.refreshTokens.filter { $0.value != present }
    for token in old.reversed().prefix(Provisioner.mostShownAgain) {
      _ = try? await session.attempt(
        TokenSession.Trial(token: token.value, deviation: .namedRefreshToken),
        for: cause(event, .look),
        keeps: false
      )
    }
  }

  /// Presents an access token after its end, with one read and one write that the coming event is
  /// about to make.
  ///
  /// Okta presents a dead token only if it refreshes on rejection, and which it does is unknown;
  /// but an app that honours dead tokens is wrong for every client (RFC 6750 section 3.1), and
  /// each route may have a check of its own. An app that wrongly takes the write has done no more
  /// than the event would have it do.
  package func present(_ dead: AccessToken, before event: LifecycleEvent, number: Int?) async {
    let cause = self.cause(number, .look)
    for request in await event.steps.coming(from: self) {
      let exchange = await sender.send(
        request,
        about: event.person,
        dead,
        cause,
        deviation: .oldToken
      )
      guard request.act == .create, let person = event.person else { continue }
      // Taken, the event will find the user and link to it; it is still ours to clean up.
      let object = try? ResourceError.object(in: exchange.document)
      let isTaken = exchange.response?.isSuccess == true
      traces.add(
        Traces.Trace(
          user: people.make(person, changes: event.changes),
          id: isTaken ? object?.resourceID : nil,
          isTaken: isTaken
        )
      )
    }
  }
}
