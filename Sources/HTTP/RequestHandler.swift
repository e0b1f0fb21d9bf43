/// What answers requests: the sample app, a scripted app in a test.
package protocol RequestHandler: Sendable {
  func respond(to request: HTTPRequest) async -> HTTPResponse
}
