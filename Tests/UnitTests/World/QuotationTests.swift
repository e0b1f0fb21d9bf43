import Testing
import World

@Suite struct QuotationTests {
  @Test func `words are cut when they are shown`() {
    let said = "it says \(Quotation("abcdef", upTo: 3)), twice"
    #expect(Quotation.cut(in: said) == "it says abc…, twice")
    #expect(Quotation.cut(in: "\(Quotation("abc", upTo: 3))") == "abc")
  }

  /// An app that writes marks of its own takes nothing away and puts nothing together.
  @Test(arguments: ["se<0>cret", "a<0>swallowed", "a>b", "<", "<<0>>"])
  func `nobody else can write a mark`(words: String) throws {
    let start = try #require(Unicode.Scalar(0xFDD0 as UInt32))
    let end = try #require(Unicode.Scalar(0xFDD2 as UInt32))
    let middle = try #require(Unicode.Scalar(0xFDD1 as UInt32))
    let words = words.replacing("<0>", with: "\(start)0\(middle)\(end)")
      .replacing("<", with: "\(start)").replacing(">", with: "\(end)")
    #expect(Quotation.cut(in: words) == words)
    #expect(Quotation.cut(in: "x \(Quotation(words, upTo: 99)) y") == "x \(words) y")
  }
}
