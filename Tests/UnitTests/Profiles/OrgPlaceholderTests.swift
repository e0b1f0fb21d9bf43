import HTTP
import JSON
import TestSupport
import Testing
import World

@testable import Profiles

/// `{org}` in a profile.
@Suite struct OrgPlaceholderTests {
  private func profile() throws -> IntegrationProfile {
    let text = """
      { "profile": "acme", "family": "aiw",
        "scim": { "version": "2.0", "baseURL": "https://acme.test/{org}/scim/v2",
          "uniqueIdentifier": "userName", "capabilities": ["createUsers"] },
        "authentication": { "mode": "oauth2",
          "authorizationEndpoint": "https://{org}.acme.test/authorize",
          "tokenEndpoint": "https://{org}.acme.test/token",
          "redirectURI": "https://system-admin.okta.com/admin/app/cpc/acme/oauth/callback",
          "clientID": "okta-{org}", "clientSecret": { "environment": "S" },
          "login": { "username": "admin@{org}.test", "password": { "environment": "S" } } } }
      """
    return try ProfileReader.read(
      SourceText(file: "profile.json", text: text),
      environment: Environment { _ in "x" },
      variables: .refuse
    )
  }

  @Test func `each org has URLs and a login of its own`() throws {
    let profile = try profile().inOrg("o7")
    #expect(profile.scim.baseURL == "https://acme.test/o7/scim/v2")
    guard case .authorizationCode(let settings) = profile.authentication,
      case .form(let form) = settings.login
    else {
      Issue.record("the profile has another mode")
      return
    }
    #expect(settings.authorizationEndpoint == "https://o7.acme.test/authorize")
    #expect(settings.tokenEndpoint == "https://o7.acme.test/token")
    #expect(settings.client.id == "okta-o7" && form.username == "admin@o7.test")
  }

  @Test(arguments: ["https://acme.test/{orgs}", "https://acme.test/{org", "https://{tenant}.test"])
  func `other braces are no part of a URL`(text: String) {
    #expect(URLCheck.mistake(in: text, as: .base) != nil)
    #expect(URLCheck.mistake(in: "https://acme.test/{org}", as: .base) == nil)
  }
}
