import HTTP
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// Refreshes that no careful client makes.
  static func trialProbe(_ fault: Fault) -> Probe? {
    let other = [("client_id", "okta-2"), ("client_secret", "sample-second-secret")]
    return switch fault {
    case .refreshAnyToken:
      { visitor in
        let token = try #require(await visitor.tokens().refresh)
        let answer = await visitor.refresh(token.dropLast() + "~")
        if answer.status != 200 { #expect(answer.error == "invalid_grant") }
        return answer.status == 200
      }
    case .refreshAnyClient:
      { visitor in
        let token = await visitor.tokens().refresh
        let answer = await visitor.refresh(token, other)
        if answer.status != 200 {
          #expect(answer.error == "invalid_grant")
          #expect(await visitor.refresh(token).status == 200)
        }
        return answer.status == 200
      }
    case .refreshAnySecret:
      { visitor in
        let token = await visitor.tokens().refresh
        let answer = await visitor.refresh(token, [("client_secret", "wrong")])
        if answer.status != 200 { #expect(answer.error == "invalid_client") }
        return answer.status == 200
      }
    case .refreshWithoutClient:
      { visitor in
        let token = await visitor.tokens().refresh ?? ""
        let form = [
          ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "okta"),
        ]
        let answer = await visitor.post("/oauth/token", form)
        if answer.status != 200 { #expect(answer.error == "invalid_client") }
        return answer.status == 200
      }
    case .refusedClientSpendsToken:
      { visitor in
        let token = await visitor.tokens().refresh
        #expect(
          await visitor.refresh(token, [("client_secret", "wrong")]).error == "invalid_client"
        )
        return await visitor.refresh(token).error == "invalid_grant"
      }
    case .raceEndsGrant:
      { visitor in
        let first = await visitor.tokens()
        let next = await visitor.refresh(first.refresh).tokens
        let again = await visitor.refresh(first.refresh)
        guard again.error == "invalid_grant" else { return false }
        return await visitor.status(next.access) == 401
      }
    case .raceGivesPairs:
      { visitor in
        let first = await visitor.tokens()
        let next = await visitor.refresh(first.refresh).tokens
        let again = await visitor.refresh(first.refresh).tokens
        guard again.refresh != next.refresh else { return false }
        #expect(await visitor.refresh(next.refresh).status == 200)
        return await visitor.refresh(again.refresh).status == 200
      }
    case .windowWithholdsToken:
      { visitor in
        let first = await visitor.tokens()
        #expect(await visitor.refresh(first.refresh).tokens.refresh != nil)
        return await visitor.refresh(first.refresh).tokens.refresh == nil
      }
    case .windowRepeatsSpentToken:
      { visitor in
        let first = await visitor.tokens()
        _ = await visitor.refresh(first.refresh)
        guard await visitor.refresh(first.refresh).tokens.refresh == first.refresh else {
          return false
        }
        return await visitor.refresh(first.refresh).error == "invalid_grant"
      }
    case .spentTokenLives:
      { visitor in
        let first = await visitor.tokens()
        _ = await visitor.refresh(first.refresh)
        try await visitor.loop.sleep(for: .seconds(3600))
        return await visitor.refresh(first.refresh).status == 200
      }
    case .reuseLeavesFamily:
      { visitor in
        let first = await visitor.tokens()
        let second = await visitor.refresh(first.refresh).tokens
        try await visitor.loop.sleep(for: .seconds(60))
        #expect(await visitor.refresh(first.refresh).error == "invalid_grant")
        return await visitor.refresh(second.refresh).status == 200
      }
    case .unknownToken500:
      { visitor in await visitor.refresh("nobody gave this").status == 500 }
    case .deadTokenInvalidRequest:
      { visitor in await visitor.refresh("nobody gave this").error == "invalid_request" }
    default: nil
    }
  }
}
