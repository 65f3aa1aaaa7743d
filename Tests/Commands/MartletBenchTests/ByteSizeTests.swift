import Testing

@testable import martlet_bench

@Suite struct ByteSizeTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("4096", 4096), ("4KiB", 4096), ("4kib", 4096), ("1MiB", 1_048_576), ("7B", 7),
        ("5GiB", 5_368_709_120), ("5368709120", 5_368_709_120), ("0GiB", 0),
    ])
    func aSizeIsRead(text: String, size: Int) {
        #expect(ByteSize.parse(text) == size)
    }

    @Test(arguments: [
        "", "KiB", "-1", "+1", "1.5KiB", "1KB", "1K", "1 KiB", "1KiBx", " 1", "5368709121", "6GiB",
        "9223372036854775807KiB", "99999999999999999999", "١KiB",
    ])
    func whatIsNoSizeOrTooLargeIsRefused(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0B"), (1, "1B"), (1023, "1023B"), (1024, "1KiB"), (1025, "1025B"), (1536, "1536B"),
        (4096, "4KiB"),
        (1_048_576, "1MiB"), (1_049_600, "1025KiB"), (3 << 30, "3GiB"),
    ])
    func aSizeIsPrintedWithoutLossAndReadsBack(size: Int, text: String) {
        #expect(ByteSize.text(size) == text)
        #expect(ByteSize.parse(text) == size)
    }
}
