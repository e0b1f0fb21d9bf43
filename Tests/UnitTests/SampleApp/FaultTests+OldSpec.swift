import HTTP
import JSON
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// Probes of what Okta's SPEC test for SCIM 1.1 alone asks.
  static func oldSpecProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .discoveryWritable:
      old { app in
        #expect(await app.send("GET", "/Schemas").status == 200)
        var statuses: Set<Int> = []
        for endpoint in ["/ServiceProviderConfigs", "/ResourceTypes", "/Schemas"] {
          statuses.insert(await app.send("POST", endpoint, "test").status)
        }
        #expect(statuses.count == 1)
        return statuses != [405]
      }
    case .configurationWithoutETag:
      old { app in
        let configuration = await app.send("GET", "/ServiceProviderConfigs").json
        #expect(configuration["sort"]?["supported"] != nil)
        return configuration["etag"] == nil
      }
    case .resourceTypesWithoutEndpoint:
      old { app in
        let type = await app.send("GET", "/ResourceTypes").json["Resources"]?.array?.first
        #expect(type?["name"] == "User")
        return type?["endpoint"] == nil
      }
    case .schemasAsOtherLists:
      old { app in
        let list = await app.send("GET", "/Schemas").json
        #expect(list["Resources"]?.array?.isEmpty == false)
        return list["schemas"] == ["urn:scim:schemas:core:1.0"]
      }
    case .filterNonsenseIgnored:
      old { app in
        let filter = "userName%20eq%20%22nobody@example.com%22"
        #expect(await app.send("GET", "/Users?filter=\(filter)").json["totalResults"] == 0)
        let answer = await app.send("GET", "/Users?filter=NOBODY@EXAMPLE.COM")
        return answer.status == 200 && answer.json["totalResults"] == 2
      }
    case .oldErrorsWithoutDetail:
      old { app in
        let error = await app.send("GET", "/Users/nobody").json
        #expect(error["Errors"]?.array?.count == 1)
        return error["detail"] == nil
      }
    default: nil
    }
  }

  private static func old(
    _ body: @escaping @Sendable (OldVisitor) async throws -> Bool
  ) -> Probe {
    { visitor in try await body(OldVisitor(visitor: visitor, token: await visitor.tokens().access))
    }
  }
}
