import Foundation
import SelfCheck
import TestSupport
import Testing

/// What a HAR reader may rely on, in the recordings of whole runs.
@Suite struct RecordingTests {
  // HAR 1.2 spec, postData: "text and params fields are mutually exclusive".
  @Test func `what was posted stands there as parameters or as text`() async throws {
    let requests = try await recordedRequests()
    let posted = requests.compactMap(\.postData)

    #expect(posted.count > 50)
    for data in posted {
      let isForm = data.mimeType == "application/x-www-form-urlencoded"
      #expect((data.params != nil) == isForm, "\(data)")
      #expect((data.text != nil) == !isForm, "\(data)")
    }
    let refresh = try #require(posted.first { $0["grant_type"] == "refresh_token" })
    #expect(refresh["refresh_token"]?.hasPrefix("refresh_token#") == true)
  }

  private func recordedRequests() async throws -> [HAR.Request] {
    try await withTemporaryFolder { folder in
      var run = SampleAppRun(try Shipped.forSampleApp())
      run.recordingFolder = folder.path
      _ = try await run.perform()
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return try names.sorted().flatMap { name in
        let bytes = try Data(contentsOf: folder.appending(path: name))
        return try JSONDecoder().decode(HAR.self, from: bytes).log.entries.map(\.request)
      }
    }
  }
}

/// The part of HAR 1.2 that these tests look at.
private struct HAR: Decodable {
  struct Log: Decodable {
    var entries: [Entry]
  }
  struct Entry: Decodable {
    var request: Request
  }
  struct Request: Decodable {
    var postData: PostData?
  }
  struct PostData: Decodable {
    struct Parameter: Decodable {
      var name: String
      var value: String
    }
    var mimeType: String
    var text: String?
    var params: [Parameter]?

    subscript(name: String) -> String? { params?.first { $0.name == name }?.value }
  }
  var log: Log
}
