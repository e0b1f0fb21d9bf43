import HTTP
import Profiles
import World

extension StaleLink: OktaSteps {
  /// Sends nothing: what Okta keeps of the person is changed, to an id of the form that the app gives.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let random = okta.random.stream(named: "stale id \(person)")
    okta.directory.misplace(person) { id in
      var chance = random
      return StaleLink.stale(id, &chance)
    }
  }

  /// An id such as the app might have given: digits for digits, letters for letters.
  ///
  /// A number becomes one of nine digits, which no count has reached.
  static func stale(_ id: String, _ chance: inout SeededRandom) -> String {
    func one(of alphabet: String) -> Character { alphabet.randomElement(using: &chance) ?? "0" }
    if id.allSatisfy(\.isNumber) { return "9" + String((0..<8).map { _ in one(of: "0123456789") }) }
    let isHex = id.allSatisfy { !$0.isLetter || $0.isHexDigit }
    let letters = isHex ? "abcdef" : "abcdefghijklmnopqrstuvwxyz"
    return String(
      id.map { character in
        if character.isNumber { return one(of: "0123456789") }
        guard character.isASCII, character.isLetter else { return character }
        return one(of: character.isUppercase ? letters.uppercased() : letters)
      }
    )
  }
}
