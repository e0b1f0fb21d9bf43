import Testing
import World

@Suite struct TimestampTests {
  /// Seconds by `date -u -d TEXT +%s` (GNU coreutils).
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_399_999, "2000-02-28T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (951_868_800_001, "2000-03-01T00:00:00.001Z"),
      (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
      (1_767_225_599_010, "2025-12-31T23:59:59.010Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)]
  )
  func `an instant is written by the calendar`(milliseconds: Int64, text: String) {
    #expect(Timestamp.text(milliseconds) == text)
  }
}
